"""A minute in which people come one after another, move about, leave and come back, and its truth."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING

import cv2
import numpy as np

from bench.people.matching import Somebody
from bench.tracking.clips import CACHE, FLESH_IN_BOX
from edge.scene.actors import TO_CAMERA_DEG, random_actor
from edge.scene.catalog import OFF, wide_room
from edge.scene.light import random_light
from edge.scene.plan import Plan
from edge.scene.scene import Scene
from edge.scene.script import Step
from edge.scene.truth import Visibility
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.scene.script import Actor
    from edge.scene.truth import Action, PersonTruth

SIZE = 640, 480
"""Width and height in pixels."""
FPS = 30.0
THERE_FROM = 8
"""Whoever has so many visible keypoints is there to be found."""
_LANES_M = 2.8, 3.4, 4.0, 4.5, 5.0
"""How far from the camera each walks up and down, so that nobody walks through another."""
_ARRIVALS_S = 4.0
"""From one to the next."""
_PACE_M_S = 1.1
_HALF_SIGHT = 0.42
"""How far aside somebody does something, as a share of the distance; the camera sees 0.6."""
_ON_THE_SPOT: tuple[Action, ...] = ("stand", "wave", "clap", "jumping_jack", "squat", "punch")
_LEAVES_AT = 3
"""The walk that leads out of the picture, and the next one back."""


def gathering(seed: int, count: int, seconds: float, fps: float = FPS) -> Iterator[tuple[Frame, dict[int, Somebody]]]:
    """Frames in I420 and who is there to be found, by number; keypoints that are not visible do not count."""
    scene = Scene(seed, "gathering", SIZE, fps, plan=_plan(seed, count, seconds))
    for number in range(round(seconds * fps)):
        time_s = number / fps
        image, truth = scene.render(time_s)
        time_ns = round(time_s * NS_PER_S)
        frame = Frame(number, np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8), time_ns, time_ns)
        people = [(person.id, _somebody(person)) for person in truth.people]
        yield frame, {who: one for who, one in people if one.keypoints[:, 2].sum() >= THERE_FROM}


def stored_gathering(
    seed: int, count: int, seconds: float, fps: float = FPS
) -> Iterator[tuple[Frame, dict[int, Somebody]]]:
    """The same, from disk where it was drawn before."""
    path = CACHE / f"gathering-{seed}-{count}-{seconds:g}-{fps:g}.npy"
    if not path.exists():
        _store(gathering(seed, count, seconds, fps), count, round(seconds * fps), path)
    truth = np.load(path.with_suffix(".npz"))
    keypoints, areas_px = truth["keypoints"], truth["areas_px"]
    for number, image in enumerate(np.load(path, mmap_mode="r")):
        time_ns = round(number / fps * NS_PER_S)
        there = zip(range(1, count + 1), keypoints[number], areas_px[number], strict=True)
        people = {who: Somebody(points, float(area_px)) for who, points, area_px in there if area_px}
        yield Frame(number, np.asarray(image), time_ns, time_ns), people


def _store(gathered: Iterator[tuple[Frame, dict[int, Somebody]]], count: int, frames: int, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{os.getpid()}-{path.name}")  # two who draw the same leave a whole one
    images = np.lib.format.open_memmap(own, "w+", np.uint8, (frames, SIZE[1] * 3 // 2, SIZE[0]))
    keypoints, areas_px = np.zeros((frames, count, 17, 3), np.float32), np.zeros((frames, count))
    for frame, people in gathered:
        images[frame.number] = frame.image
        for who, one in people.items():
            keypoints[frame.number, who - 1], areas_px[frame.number, who - 1] = one
    np.savez(path.with_suffix(".npz"), keypoints=keypoints, areas_px=areas_px)
    own.replace(path)


def _somebody(person: PersonTruth) -> Somebody:
    width, height = SIZE
    keypoints = person.keypoints * np.array((height, width, 1), np.float32)
    keypoints[:, 2] = keypoints[:, 2] == Visibility.VISIBLE
    return Somebody(keypoints, person.box.width * width * person.box.height * height * FLESH_IN_BOX)


def _plan(seed: int, count: int, seconds: float) -> Plan:
    rng = np.random.default_rng([seed, count, *b"gathering"])
    lanes_m = rng.permutation(_LANES_M)[:count]
    actors = tuple(_actor(rng, number, float(away_m), seconds) for number, away_m in enumerate(lanes_m))
    room, light, noise = wide_room(rng, furniture=2), random_light(rng), float(rng.uniform(1.0, 4.0))
    return Plan(room=room, actors=actors, light=light, period_s=seconds + 1, noise=noise, seed=seed)


def _actor(rng: np.random.Generator, number: int, away_m: float, seconds: float) -> Actor:
    """Somebody who comes in from a side, does this and that here and there, goes out for a while and comes back."""
    side_m = OFF if rng.random() < 0.5 else -OFF  # a coin
    steps = [Step("stand", number * _ARRIVALS_S + float(rng.uniform(0.3, 1.5)))]
    at_m, walks = side_m, 0
    while sum(step.duration_s for step in steps) < seconds:
        walks += 1
        to_m = -side_m if walks == _LEAVES_AT else float(rng.uniform(-1, 1)) * _HALF_SIGHT * away_m
        pace_s = max(1.2, math.dist((at_m,), (to_m,)) / _PACE_M_S)
        facing_deg = TO_CAMERA_DEG + float(rng.normal(0, 40))
        action = "stand" if walks == _LEAVES_AT else _ON_THE_SPOT[int(rng.integers(len(_ON_THE_SPOT)))]
        steps += [Step("walk", pace_s, (to_m, away_m), facing_deg), Step(action, float(rng.uniform(3.0, 6.0)))]
        at_m = to_m
    return random_actor(rng, number + 1, (side_m, away_m), tuple(steps), face_deg=0.0 if side_m < 0 else 180.0)
