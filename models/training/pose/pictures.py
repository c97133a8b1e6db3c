"""Pictures of the built-in scene with their truth, drawn once and kept on disk in shards of a hundred scenes."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.scene.backdrop import draw_backdrop
from edge.scene.canvas import Canvas
from edge.scene.figure import dress
from edge.scene.generate import random_scene
from edge.scene.script import Performance

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.scene.scene import Scene
    from edge.types import FloatArray, ImageArray

Mask: TypeAlias = NDArray[np.uint8]

SIDES_PX = (256, 384)
"""Every other scene is drawn larger, so that crops of it are as sharp as a camera's."""
PICTURES_PER_SCENE = 8
SCENES_PER_SHARD = 100
_MASK_SCALE = 2
_JPEG_QUALITY = 92
_NEARER_M = 0.01


@dataclass(frozen=True, slots=True)
class Person:
    """Where a person is in a picture, in its pixels.

    ``keypoints`` is ``(17, 3) float32``: y, x, visibility (0 outside, 1 hidden, 2 visible); ``box`` is
    ``(4,) float32``: top, left, bottom, right.
    """

    keypoints: FloatArray
    box: FloatArray


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to learn from.

    ``image`` is ``(height, width, 3) uint8`` RGB; ``mask`` is 255 where people are, ``(height, width) uint8``, half as
    high and wide while only drawn.
    """

    image: ImageArray
    people: tuple[Person, ...]
    mask: Mask


def draw_scene(seed: int) -> list[Picture]:
    """Pictures of one random scene, at times spread over it."""
    rng = np.random.default_rng(seed)
    side_px = SIDES_PX[seed % len(SIDES_PX)]
    scene = random_scene(rng, "pose", size=(side_px, side_px))
    mask_of = _Masks(scene)
    steps = (np.arange(PICTURES_PER_SCENE) + rng.random(PICTURES_PER_SCENE)) / PICTURES_PER_SCENE
    found: list[Picture] = []
    for time_s in (steps * scene.period_s).tolist():
        image, truth = scene.render(time_s)
        scale = np.array((side_px, side_px, 1), np.float32)
        people = []
        for person in truth.people:
            box = person.box
            edges = np.array((box.y, box.x, box.y + box.height, box.x + box.width), np.float32) * side_px
            people.append(Person(person.keypoints * scale, edges))
        found.append(Picture(image, tuple(people), mask_of.people(time_s)))
    return found


class _Masks:
    """Where people cover the room, found by painting them once more over its depth, at half the size."""

    def __init__(self, scene: Scene) -> None:
        plan = scene.plan
        size = scene.size[0] // _MASK_SCALE, scene.size[1] // _MASK_SCALE
        self._plan = plan
        self._performances = [Performance(actor) for actor in plan.actors]
        self._depth = draw_backdrop(plan.room, plan.view, plan.light, size).depth

    def people(self, time_s: float) -> Mask:
        plan, depth = self._plan, self._depth
        canvas = Canvas(np.zeros((*depth.shape, 3), np.float32), depth.copy(), plan.view, plan.light)
        for play in self._performances:
            canvas.paint(dress(play.skeleton_at(time_s % plan.period_s), play.actor.body, play.actor.looks))
        return np.asarray((canvas.depth < depth - _NEARER_M) * 255, np.uint8)


def draw_shards(folder: Path, seeds: Sequence[int], *, processes: int) -> list[Path]:
    """Draw what is not on disk yet; one shard for each hundred seeds."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [seeds[start : start + SCENES_PER_SHARD] for start in range(0, len(seeds), SCENES_PER_SHARD)]
    paths = [folder / f"scenes-{part[0]:07d}-{len(part)}.npz" for part in parts]
    todo = [(path, part) for path, part in zip(paths, parts, strict=True) if not path.exists()]
    if todo:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            list(pool.map(_draw_shard, *zip(*todo, strict=True)))
    return paths


def _draw_shard(path: Path, seeds: Sequence[int]) -> None:
    cv2.setNumThreads(1)
    save_shard(path, [picture for seed in seeds for picture in draw_scene(seed)])


def save_shard(path: Path, pictures: Sequence[Picture]) -> None:
    """Write pictures as JPEG, masks as PNG and the truth into one file."""
    jpegs = [_encode(".jpg", picture.image[..., ::-1]) for picture in pictures]
    masks = [_encode(".png", picture.mask) for picture in pictures]
    people = [(number, person) for number, picture in enumerate(pictures) for person in picture.people]
    with path.with_suffix(".part").open("wb") as file:
        np.savez(
            file,
            jpegs=np.concatenate(jpegs),
            jpeg_ends=np.cumsum([len(data) for data in jpegs]),
            masks=np.concatenate(masks),
            mask_ends=np.cumsum([len(data) for data in masks]),
            owners=np.array([number for number, _ in people], np.int64),
            keypoints=np.array([person.keypoints for _, person in people], np.float32).reshape(-1, 17, 3),
            boxes=np.array([person.box for _, person in people], np.float32).reshape(-1, 4),
        )
    path.with_suffix(".part").rename(path)


def _encode(kind: str, image: NDArray[Any]) -> Mask:
    options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY] if kind == ".jpg" else []
    done, data = cv2.imencode(kind, image, options)
    if not done:
        raise ValueError(f"OpenCV could not write a picture as {kind}")
    return np.asarray(data, np.uint8).reshape(-1)


def _decode(data: Mask, kind: int) -> Mask:
    image = cv2.imdecode(data, kind)
    if image is None:
        raise ValueError("a picture on disk is damaged: delete the folder it is in, then it is drawn again")
    return np.asarray(image, np.uint8)


class Shard:
    """The pictures of one file, unpacked when asked for."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as file:
            self._data = {name: file[name] for name in file.files}

    def __len__(self) -> int:
        return len(self._data["jpeg_ends"])

    def __getitem__(self, number: int) -> Picture:
        image = _decode(self._part("jpeg", number), cv2.IMREAD_COLOR)
        small = _decode(self._part("mask", number), cv2.IMREAD_GRAYSCALE)
        mask = np.asarray(cv2.resize(small, image.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
        data = self._data
        people = tuple(
            Person(data["keypoints"][row], data["boxes"][row])
            for row in np.flatnonzero(data["owners"] == number).tolist()
        )
        return Picture(np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8), people, mask)

    def _part(self, kind: str, number: int) -> Mask:
        ends = self._data[f"{kind}_ends"]
        start = int(ends[number - 1]) if number else 0
        return np.asarray(self._data[f"{kind}s"][start : int(ends[number])], np.uint8)
