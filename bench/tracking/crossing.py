"""Five people whose ways cross, their truth made as bad as a model's sight, and whom a tracker takes for whom.

For the truth the scene is drawn small; what a camera would see of it is :func:`pictures`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import cv2
import numpy as np

from bench.tracking.clips import CACHE
from bench.tracking.degrade import LEVELS, degraded
from bench.tracking.identity_metrics import fragments, switches, without_swaps
from edge.scene.actors import random_actor
from edge.scene.catalog import OFF, wide_room
from edge.scene.plan import Plan
from edge.scene.scene import Scene
from edge.scene.script import Step
from edge.tasks.pose.torso import clothes
from edge.tracking.people import PeopleTracker
from edge.tracking.person import PeopleParameters
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from bench.tracking.degrade import Level
    from edge.types import FloatArray, ImageArray

SIZE = (320, 240)
PICTURE = (640, 480)
FPS = 30.0
SECONDS = 10.0
PEOPLE = 5
APART = 0.02
"""Boxes that overlap by less (intersection over union) are apart."""
NEAR_S = 1.0
"""A switch so shortly after an overlap belongs to it."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """``people`` ``(frames, 5, 17, 3)`` y, x in pixels, visibility (0: outside); ``boxes`` ``(frames, 5, 4)``.

    A box is left, top, right, bottom in pixels; all 0 of somebody who is not there.
    """

    times_s: NDArray[np.float64]
    people: NDArray[np.float64]
    boxes: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts of one run; two people who swap their ids are one switch.

    ``crossings`` are the times that two boxes came together, ``worst`` the most switches in one of them, ``ghosts``
    people reported who are nobody new: ids beyond the first of each person.
    """

    apart: int
    crossing: int
    crossings: int
    worst: int
    fragments: int
    ghosts: int


def crowd(seed: int) -> Crowd:
    """The crossing of ``seed``, from disk where it was drawn before."""
    path = CACHE / f"crowd-{seed}.npz"
    if not path.exists():
        _draw(seed, path)
    stored = np.load(path)
    return Crowd(stored["times_s"], stored["people"], stored["boxes"])


def pictures(seed: int) -> ImageArray:
    """What a camera of 640x480 sees, ``(frames, 720, 640) uint8`` I420, in the order of :func:`crowd`.

    From disk, and only what is read, where it was drawn before.
    """
    path = CACHE / f"crowd-{seed}.npy"
    if not path.exists():
        scene, times_s = crowd_scene(seed, PICTURE), _times_s().tolist()
        drawn = [cv2.cvtColor(scene.render(time_s)[0], cv2.COLOR_RGB2YUV_I420) for time_s in times_s]
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f"{os.getpid()}-{path.name}")  # two who draw the same leave a whole one
        np.save(own, np.array(drawn))
        own.replace(path)
    return cast("ImageArray", np.load(path, mmap_mode="r"))


def crowd_scene(seed: int, size: tuple[int, int] = SIZE) -> Scene:
    """The crossing of ``seed``, to be drawn in pictures of that width and height."""
    return Scene(seed, "crowd", size, FPS, plan=_plan(seed))


def judge(
    crowd: Crowd, level: Level, seed: int, size: tuple[int, int] = SIZE, seen: ImageArray | None = None
) -> Verdict:
    """Run the tracker over a crossing at a noise level; ``seed`` is that of the noise.

    With ``seen``, its :func:`pictures`, the tracker may ask what people wear. What was drawn fills as much of a picture
    of ``size`` (width, height) as it can, in its middle.
    """
    tracker, rng = PeopleTracker(PeopleParameters(), single=False), np.random.default_rng(seed)
    grown = min(size[0] / SIZE[0], size[1] / SIZE[1])
    scale = np.array((size[1] / grown, size[0] / grown, 1), np.float32)
    margin = np.array((0.5 - SIZE[1] / scale[0] / 2, 0.5 - SIZE[0] / scale[1] / 2, 0), np.float32)
    frames: list[dict[int, int]] = []
    ids: set[int] = set()
    for index, (people, time_s) in enumerate(zip(crowd.people, crowd.times_s, strict=True)):
        reports = degraded(list(people), LEVELS[level], rng)
        shown = [points / scale + margin for _, points in reports]
        worn = _clothes(seen, index, [points for _, points in reports])
        found = tracker.update(shown, float(time_s), size[::-1], clothes=worn)
        ids |= {person.id for person in found}
        frames.append(_owners([(p.id, (p.keypoints - margin) * scale) for p in found], people))
    return _verdict(frames, ids, crowd)


def _clothes(seen: ImageArray | None, index: int, reports: Sequence[FloatArray]) -> Callable[[], ImageArray | None]:
    """What people at these places, ``(17, 3)`` in pixels of a crowd, wear in a picture."""
    if seen is None or not reports:
        return lambda: None
    people = np.asarray(np.array(reports, np.float32) / (SIZE[1], SIZE[0], 1), np.float32)
    return lambda: clothes(Frame(index, np.asarray(seen[index]), 0, 0), people)


def _owners(found_ids: list[tuple[int, NDArray[np.float32]]], people: NDArray[np.float64]) -> dict[int, int]:
    """For each person of the truth the id whose keypoints are nearest, each id given once, the nearest first."""
    pairs = sorted(
        (float(np.median(np.linalg.norm(points[:, :2] - person[:, :2], axis=1))), number, identity)
        for identity, points in found_ids
        for number, person in enumerate(people)
        if person[:, 2].any()
    )
    owners: dict[int, int] = {}
    for _, number, identity in pairs:
        if number not in owners and identity not in owners.values():
            owners[number] = identity
    return owners


def _verdict(frames: list[dict[int, int]], ids: set[int], crowd: Crowd) -> Verdict:
    together = _together(crowd.boxes)
    events: dict[tuple[int, int, int], int] = {}
    apart = 0
    for switch in without_swaps(switches(frames), NEAR_S * FPS):
        pair = tuple(sorted((switch.person, switch.came_from)))
        touching = together[: switch.frame + 1, pair[0], pair[1]]
        lately = np.flatnonzero(touching)
        if not lately.size or switch.frame - lately[-1] > NEAR_S * FPS:
            apart += 1
            continue
        begin = _episode(touching)
        events[pair[0], pair[1], begin] = events.get((pair[0], pair[1], begin), 0) + 1
    crossings = sum(_episodes(together[:, a, b]) for a in range(PEOPLE) for b in range(a))
    return Verdict(
        apart=apart,
        crossing=sum(events.values()),
        crossings=crossings,
        worst=max(events.values(), default=0),
        fragments=fragments(frames),
        ghosts=max(0, len(ids) - PEOPLE),
    )


def _together(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """``(frames, 5, 5)``: whose boxes overlap."""
    low = np.maximum(boxes[:, :, None, :2], boxes[:, None, :, :2])
    high = np.minimum(boxes[:, :, None, 2:], boxes[:, None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=3)
    area = (boxes[..., 2:] - boxes[..., :2]).prod(axis=2)
    union = area[:, :, None] + area[:, None] - shared
    return np.asarray(shared > APART * np.maximum(union, 1e-9))


def _episodes(touching: NDArray[np.bool_]) -> int:
    return int((np.diff(touching.astype(int), prepend=0) == 1).sum())


def _episode(touching: NDArray[np.bool_]) -> int:
    """The frame in which the last episode began."""
    return int(np.flatnonzero(np.diff(touching.astype(int), prepend=0) == 1)[-1])


def _draw(seed: int, path: Path) -> None:
    scene, times_s = crowd_scene(seed), _times_s()
    people, boxes = np.zeros((len(times_s), PEOPLE, 17, 3)), np.zeros((len(times_s), PEOPLE, 4))
    for index, time_s in enumerate(times_s):
        for person in scene.render(float(time_s))[1].people:
            people[index, person.id - 1] = person.keypoints * (SIZE[1], SIZE[0], 1)
            box = person.box
            corners = np.array((box.x, box.y, box.x + box.width, box.y + box.height))
            boxes[index, person.id - 1] = corners * (SIZE * 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, times_s=times_s, people=people, boxes=boxes)


def _times_s() -> NDArray[np.float64]:
    return np.arange(int(SECONDS * FPS)) / FPS


def _plan(seed: int) -> Plan:
    """Five people walk through the room, each at another distance, from both sides, at their own pace."""
    rng = np.random.default_rng([seed, PEOPLE])
    actors = []
    for number, about_m in enumerate((2.7, 3.3, 3.9, 4.5, 5.1)):
        way = 1.0 if number % 2 else -1.0
        away_m = about_m + float(rng.uniform(-0.1, 0.1))
        steps = (
            Step("stand", float(rng.uniform(0.05, 1.2))),
            Step("walk", float(rng.uniform(5.0, 7.5)), (-way * OFF, away_m)),
            Step("stand", 2 * SECONDS),
        )
        actors.append(random_actor(rng, number + 1, (way * OFF, away_m), steps, face_deg=180.0 if way > 0 else 0.0))
    return Plan(room=wide_room(rng, furniture=2), actors=tuple(actors), period_s=2 * SECONDS, seed=seed)
