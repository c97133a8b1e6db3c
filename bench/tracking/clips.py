"""Clips of one person from the built-in scene with their truth, drawn once and kept on disk.

Standing and sitting people are *still*, the others are *moving*. Room, light, noise, body, clothes and pace come from
the seed.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import cv2
import numpy as np

from edge.scene.actors import random_actor as cast_actor
from edge.scene.catalog import wide_room
from edge.scene.light import random_light
from edge.scene.plan import Plan
from edge.scene.room import chair
from edge.scene.scene import Scene
from edge.scene.script import Step
from edge.scene.truth import Visibility
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from edge.scene.truth import PersonTruth
    from edge.types import ImageArray

Kind: TypeAlias = Literal["stand", "sit", "walk", "wave", "jumping_jack", "squat"]
STILL: tuple[Kind, ...] = ("stand", "sit")
MOVING: tuple[Kind, ...] = ("walk", "wave", "jumping_jack", "squat")
SECONDS = 5.0
FPS = 30.0
SIZE = (640, 480)
FLESH_IN_BOX = 0.53
"""The share of a box that a person's outline fills, on average over COCO."""
CACHE = Path("build/tracking")
_PLACE = (0.0, 3.4)


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames of one person with the truth.

    ``images`` is ``(frames, height * 3 / 2, width) uint8`` I420; ``truth`` ``(frames, 17, 2)`` y, x in pixels;
    ``seen`` ``(frames, 17)``: visible in the picture; ``area_px`` ``(frames,)``.
    """

    name: str
    kind: str
    images: ImageArray
    times_s: NDArray[np.float64]
    truth: NDArray[np.float64]
    seen: NDArray[np.bool_]
    area_px: NDArray[np.float64]

    def at(self, frames: NDArray[np.intp]) -> Clip:
        """The clip as a camera sees it that delivers only these frames."""
        return replace(
            self,
            images=self.images[frames],
            times_s=self.times_s[frames],
            truth=self.truth[frames],
            seen=self.seen[frames],
            area_px=self.area_px[frames],
        )

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.images.shape[1] * 2 // 3, self.images.shape[2]

    def frames(self) -> Iterator[Frame]:
        """What a camera hands out."""
        for number, (image, time_s) in enumerate(zip(self.images, self.times_s, strict=True)):
            time_ns = round(float(time_s) * 1e9)
            yield Frame(number, np.asarray(image), time_ns, time_ns)


def scene_clip(kind: Kind, seed: int) -> Clip:
    """The clip of ``seed``, from disk where it was drawn before."""
    path = CACHE / f"{kind}-{seed}.npz"
    if not path.exists():
        _draw(kind, seed, path)
    stored = np.load(path)
    images = np.load(path.with_suffix(".npy"), mmap_mode="r")
    return Clip(
        path.stem,
        kind,
        cast("ImageArray", images),
        stored["times_s"],
        stored["truth"],
        stored["seen"],
        stored["area_px"],
    )


def scene_clips(kinds: Sequence[Kind], seeds: Sequence[int]) -> list[Clip]:
    """All clips of these kinds and seeds."""
    return [scene_clip(kind, seed) for kind in kinds for seed in seeds]


def _draw(kind: Kind, seed: int, path: Path) -> None:
    scene = Scene(seed, kind, SIZE, FPS, plan=_plan(kind, seed))
    times_s = np.arange(int(SECONDS * FPS)) / FPS
    shots = [scene.render(float(time_s)) for time_s in times_s]
    people = [truth.people[0] for _, truth in shots]
    scale = np.array((SIZE[1], SIZE[0]), np.float64)
    points = np.array([person.keypoints for person in people], np.float64)
    path.parent.mkdir(parents=True, exist_ok=True)
    images = np.array([cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420) for image, _ in shots])
    # Two who draw the same clip at the same time leave a whole one.
    own = path.with_name(f"{os.getpid()}-{path.name}")
    np.save(own.with_suffix(".npy"), images)
    np.savez(
        own,
        times_s=times_s,
        truth=points[:, :, :2] * scale,
        seen=points[:, :, 2] == Visibility.VISIBLE,
        area_px=np.array([_area_px(person) for person in people]),
    )
    own.with_suffix(".npy").replace(path.with_suffix(".npy"))
    own.replace(path)


def _area_px(person: PersonTruth) -> float:
    return person.box.width * SIZE[0] * person.box.height * SIZE[1] * FLESH_IN_BOX


def _plan(kind: Kind, seed: int) -> Plan:
    rng = np.random.default_rng([seed, *kind.encode()])
    face_deg = -90.0 + float(rng.normal(0, 20))
    steps: tuple[Step, ...] = (Step(kind, 4 * SECONDS),)
    position = _PLACE
    if kind == "walk":
        far, near = (1.1, float(rng.uniform(3.4, 4.2))), (-1.1, float(rng.uniform(3.2, 4.2)))
        position, steps = near, (Step("walk", float(rng.uniform(2.0, 2.8)), far), Step("walk", 2.6, near))
        face_deg = 0.0
    actor = cast_actor(rng, 1, position, steps, face_deg=face_deg)
    room = wide_room(rng)
    if kind == "sit":
        room = replace(room, blocks=room.blocks + chair(actor.body, position, face_deg))
    return Plan(
        room=room,
        actors=(actor,),
        light=random_light(rng),
        period_s=2 * SECONDS,
        noise=float(rng.uniform(1.0, 4.0)),
        seed=seed,
    )
