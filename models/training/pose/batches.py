"""Batches to learn from, made by a process of their own while the network learns from the last one."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from models.training.pose.crops import crop, random_view
from models.training.pose.looks import disguised
from models.training.pose.pictures import Shard
from models.training.pose.targets import Targets, targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from edge.types import FloatArray, ImageArray
    from models.training.pose.pictures import Picture

_AHEAD = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """``count`` batches of ``size`` pictures, ``side_px`` square, from some shards."""

    scenes: tuple[Path, ...]
    side_px: int
    size: int
    count: int
    seed: int


def batches(wanted: Wanted) -> Iterator[tuple[ImageArray, tuple[FloatArray, ...]]]:
    """Pictures ``(n, side, side, 3) uint8`` and the maps of :class:`Targets`, in its order."""
    context = multiprocessing.get_context("spawn")
    queue: Any = context.Queue(_AHEAD)
    maker = context.Process(target=_make, args=(wanted, queue), daemon=True)
    maker.start()
    try:
        for _ in range(wanted.count):
            yield queue.get()
    finally:
        maker.terminate()
        maker.join()


def _make(wanted: Wanted, queue: Any) -> None:
    cv2.setNumThreads(1)
    rng = np.random.default_rng(wanted.seed)
    scenes = _Deck(rng, wanted.scenes)
    for _ in range(wanted.count):
        queue.put(_stacked([lesson(rng, scenes.draw(), wanted.side_px) for _ in range(wanted.size)]))


def lesson(rng: np.random.Generator, picture: Picture, side_px: int) -> tuple[ImageArray, Targets]:
    """A crop of a picture, disguised, and the targets for it."""
    border = (0, 0, 0) if rng.random() < 0.7 else tuple(rng.integers(0, 256, 3).tolist())
    seen = crop(picture, random_view(rng, picture), side_px, border=border)
    return disguised(rng, seen).image, targets(seen.people, side_px)


def _stacked(pairs: Sequence[tuple[ImageArray, Targets]]) -> tuple[ImageArray, tuple[FloatArray, ...]]:
    names = [field.name for field in fields(Targets)]
    maps = tuple(np.stack([getattr(target, name) for _, target in pairs]) for name in names)
    return np.stack([image for image, _ in pairs]), maps


class _Deck:
    """The pictures of some shards in a new order each time through, a few shards at a time."""

    def __init__(self, rng: np.random.Generator, paths: Sequence[Path]) -> None:
        self._rng, self._paths = rng, paths
        self._shards: dict[Path, Shard] = {}
        self._left: list[tuple[Path, int]] = []

    def draw(self) -> Picture:
        if not self._left:
            self._shuffle()
        path, number = self._left.pop()
        return self._shards[path][number]

    def _shuffle(self) -> None:
        for path in self._paths:
            if path not in self._shards:
                self._shards[path] = Shard(path)
        cards = [(path, number) for path in self._paths for number in range(len(self._shards[path]))]
        self._left = [cards[index] for index in self._rng.permutation(len(cards))]
