"""Rooms of the built-in scene with a number of people side by side, and what is true of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from edge.scene.actors import TO_CAMERA_DEG, random_actor
from edge.scene.catalog import wide_room
from edge.scene.light import random_light
from edge.scene.plan import Plan
from edge.scene.scene import Scene
from edge.scene.script import Step
from edge.scene.truth import Visibility
from edge.tracking.geometry import box_area_px

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.scene.script import Actor
    from edge.scene.truth import Action, PersonTruth
    from edge.types import FloatArray, ImageArray

SIZE = 640, 480
"""Width and height in pixels."""
_TIMES_S = 1.3, 4.1
_NEAREST_M, _FARTHEST_M = 2.6, 4.8
_HALF_SIGHT = 0.5
"""How far aside somebody stands at most, as a share of the distance; the camera sees 0.6."""
_SEEN_FROM = 3  # as the scene counts people
_ON_THE_SPOT: tuple[Action, ...] = ("stand", "wave", "clap", "jumping_jack", "squat", "punch")


class Somebody(NamedTuple):
    """``keypoints`` is ``(17, 3) float32``: y, x in pixels, above 0 where in the picture; the area is of the box."""

    keypoints: FloatArray
    area_px: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """``image`` is ``(480, 640, 3) uint8`` RGB; ``people`` are those with at least 3 visible keypoints."""

    image: ImageArray
    people: tuple[Somebody, ...]


def crowds(seeds: range, count: int) -> Iterator[Crowd]:
    """Two pictures of a room with ``count`` people for each seed."""
    for seed in seeds:
        scene = Scene(seed, "crowd", SIZE, plan=_plan(seed, count))
        for time_s in _TIMES_S:
            image, truth = scene.render(time_s)
            seen = [one for one in truth.people if (one.keypoints[:, 2] == Visibility.VISIBLE).sum() >= _SEEN_FROM]
            yield Crowd(image, tuple(map(_somebody, seen)))


def _somebody(person: PersonTruth) -> Somebody:
    width, height = SIZE
    keypoints = person.keypoints * np.array((height, width, 1), np.float32)
    return Somebody(keypoints, box_area_px(person.box, (height, width)))


def _plan(seed: int, count: int) -> Plan:
    """Each has a share of the width; how far away they are is drawn for each, so some hide others."""
    rng = np.random.default_rng([seed, count])
    actors = tuple(_actor(rng, number, count) for number in range(count))
    return replace(Plan(room=wide_room(rng, furniture=2), actors=actors, light=random_light(rng)), seed=seed)


def _actor(rng: np.random.Generator, number: int, count: int) -> Actor:
    away_m = float(rng.uniform(_NEAREST_M, _FARTHEST_M))
    share = (number + float(rng.uniform(0.2, 0.8))) / count
    position = ((2 * share - 1) * _HALF_SIGHT * away_m, away_m)
    action = _ON_THE_SPOT[int(rng.integers(len(_ON_THE_SPOT)))]
    face_deg = TO_CAMERA_DEG + float(rng.normal(0, 45))
    return random_actor(rng, number + 1, position, (Step(action, 20.0),), face_deg=face_deg)
