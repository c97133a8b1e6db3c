"""The pictures to learn from: random scenes, rendered once in chunks, kept on disk with their truth."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, NamedTuple, Self

import cv2
import numpy as np

from edge.scene.generate import random_scene
from edge.scene.truth import SCENE_CLASSES, Visibility

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.scene.truth import SceneTruth
    from edge.types import FloatArray, ImageArray

SIZE = (224, 168)
SCENES_PER_CHUNK = 50
MOMENTS_S = (0.8, 2.6, 4.4)
"""When each scene is looked at: making one ready costs many times as much as a picture of it."""
_MOST_PEOPLE = 4


class Picture(NamedTuple):
    """One picture and its truth; the fields are those of ``Pictures`` without the first axis."""

    image: ImageArray | FloatArray
    label: int
    people: FloatArray
    on_floor: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pictures:
    """``images`` ``(n, 168, 224, 3) uint8`` RGB and ``labels`` ``(n,) int64``, indices of ``SCENE_CLASSES``.

    ``people`` is ``(n, 4, 17, 2) float32``: y, x of the visible keypoints of each person, normalised, others NaN;
    ``on_floor`` ``(n, 4) bool``.
    """

    images: ImageArray
    labels: NDArray[np.int64]
    people: FloatArray
    on_floor: NDArray[np.bool_]

    def __getitem__(self, index: int) -> Picture:
        return Picture(self.images[index], int(self.labels[index]), self.people[index], self.on_floor[index])

    @classmethod
    def join(cls, parts: Sequence[Pictures]) -> Self:
        """All pictures of the parts, in order."""
        fields = ([getattr(part, name) for part in parts] for name in ("images", "labels", "people", "on_floor"))
        return cls(*(np.concatenate(field) for field in fields))

    @classmethod
    def load(cls, path: Path) -> Self:
        """One chunk from disk."""
        with np.load(path) as content:
            return cls(content["images"], content["labels"], content["people"], content["on_floor"])


class Renderer:
    """Renders chunks in processes of their own, running ahead of who reads them; finished ones are kept on disk."""

    def __init__(self, folder: Path, seeds: range, processes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
        starts = seeds[::SCENES_PER_CHUNK]
        self._jobs: list[Future[Path]] = [
            self._pool.submit(render_chunk, folder, range(start, min(start + SCENES_PER_CHUNK, seeds.stop)))
            for start in starts
        ]
        self._joined = 0
        self._pictures: Pictures | None = None

    def first(self, chunks: int) -> Pictures:
        """The pictures of the first ``chunks`` chunks, or of more if it gave more before; waits for them."""
        jobs = self._jobs[self._joined : chunks]
        if jobs or self._pictures is None:
            before = [] if self._pictures is None else [self._pictures]
            self._pictures = Pictures.join(before + [Pictures.load(job.result()) for job in jobs])
            self._joined += len(jobs)
        return self._pictures

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Render nothing more."""
        self._pool.shutdown(cancel_futures=True)


def render_chunk(folder: Path, seeds: range) -> Path:
    """Render the scenes of these seeds, unless that was done before."""
    path = folder / f"{seeds.start:07d}-{seeds.stop:07d}.npz"
    if not path.exists():
        cv2.setNumThreads(1)
        pictures = render(seeds)
        unfinished = path.with_suffix(".part.npz")
        np.savez(
            unfinished,
            images=pictures.images,
            labels=pictures.labels,
            people=pictures.people,
            on_floor=pictures.on_floor,
        )
        unfinished.replace(path)
    return path


def render(seeds: range, size: tuple[int, int] = SIZE) -> Pictures:
    """Look at each scene a few times."""
    images, truths = [], []
    for seed in seeds:
        scene = random_scene(np.random.default_rng(seed), "classification", size=size)
        for time_s in MOMENTS_S:
            image, truth = scene.render(time_s)
            images.append(image)
            truths.append(truth)
    places = [_places(truth) for truth in truths]
    return Pictures(
        images=np.stack(images),
        labels=np.array([SCENE_CLASSES.index(truth.scene_class) for truth in truths]),
        people=np.stack([people for people, _ in places]),
        on_floor=np.stack([on_floor for _, on_floor in places]),
    )


def _places(truth: SceneTruth) -> tuple[FloatArray, NDArray[np.bool_]]:
    people = np.full((_MOST_PEOPLE, 17, 2), np.nan, np.float32)
    on_floor = np.zeros(_MOST_PEOPLE, bool)
    for number, person in enumerate(truth.people):
        visible = person.keypoints[:, 2] == Visibility.VISIBLE
        people[number, visible] = person.keypoints[visible, :2]
        on_floor[number] = person.on_floor
    return people, on_floor
