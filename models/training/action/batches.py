"""Windows of clips, drawn so that each action ends as many of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edge.scene.truth import ACTIONS
from models.training.action.augment import NO_CHANGE, change_clip, random_change
from models.training.action.clips import FRAMES, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from models.training.action.clips import Clips, Points

Floats: TypeAlias = "NDArray[np.float32]"
Ints: TypeAlias = "NDArray[np.int32]"
_FIRST_JUDGED = 2
"""The frame from which on a window's labels count: one frame alone may be the middle of anything."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Frames of several windows, one window after the other; n is windows times frames.

    ``images`` ``(n, side, side, 3) float32`` 0..1; ``labels`` ``(n,) int32`` with ``weights`` ``(n,) float32``;
    ``cells`` ``(n, 17) int32``: the cell of the map of a sixteenth in which each keypoint lies, -1 for none, and
    ``offsets`` ``(n, 17, 2) float32``: how far down and right in it, in cells.
    """

    images: Floats
    labels: Ints
    weights: Floats
    cells: Ints
    offsets: Floats


def ends_by_action(clips: Clips, frames: int) -> list[NDArray[np.int64]]:
    """For each action the ``(clip, last frame)`` of every window of ``frames`` frames that ends in it: ``(n, 2)``."""
    rows = np.argwhere(clips.labels[:, frames - 1 :] != UNKNOWN)
    rows[:, 1] += frames - 1
    labels = clips.labels[rows[:, 0], rows[:, 1]]
    return [rows[labels == action] for action in range(len(ACTIONS))]


def random_batches(clips: Clips, windows: int, frames: int, side_px: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Without end: batches of changed windows."""
    ends = [rows for rows in ends_by_action(clips, frames) if len(rows)]
    while True:
        chosen = [ends[int(rng.integers(len(ends)))] for _ in range(windows)]
        drawn = [rows[int(rng.integers(len(rows)))] for rows in chosen]
        yield _batch(clips, drawn, frames, side_px, rng)


def plain_batches(clips: Clips, windows: int, frames: int, side_px: int) -> Iterator[Batch]:
    """Once: the last ``frames`` frames of every clip, unchanged."""
    for begin in range(0, len(clips.labels), windows):
        rows = [np.array((clip, FRAMES - 1)) for clip in range(begin, min(begin + windows, len(clips.labels)))]
        yield _batch(clips, rows, frames, side_px, None)


def _batch(
    clips: Clips, ends: list[NDArray[np.int64]], frames: int, side_px: int, rng: np.random.Generator | None
) -> Batch:
    images, labels, points = [], [], []
    for clip, end in ends:
        window = clip, slice(end + 1 - frames, end + 1)
        change = random_change(rng) if rng else NO_CHANGE
        seen, moved = change_clip(
            clips.images[window], clips.points[window], change, side_px, rng or np.random.default_rng(0)
        )
        images.append(seen)
        points.append(moved)
        labels.append(clips.labels[window])
    found = np.concatenate(labels).astype(np.int32)
    cells, offsets = cells_of(np.concatenate(points), -(-side_px // 16))
    return Batch(
        images=np.concatenate(images).astype(np.float32) / np.float32(255),
        labels=np.maximum(found, 0),
        weights=np.tile(rising_weights(frames), len(ends)) * (found != UNKNOWN),
        cells=cells,
        offsets=offsets,
    )


def rising_weights(frames: int) -> Floats:
    """How much each frame of a window counts: nothing at first, then the more the later, with a mean of 1."""
    rising = np.maximum(0, np.arange(frames) + 1 - _FIRST_JUDGED).astype(np.float32)
    rising *= frames / rising.sum()
    return rising


def cells_of(points: Points, side: int) -> tuple[Ints, Floats]:
    """The cell of a ``side x side`` map, row after row, where each of ``(n, 17, 3)`` keypoints is, and where in it.

    ``(n, 17) int32``, -1 for none, and ``(n, 17, 2) float32``, down and right in cells.
    """
    places = points[..., :2] * np.float32(side)
    corners = np.floor(places)
    cells = (corners[..., 0] * side + corners[..., 1]).astype(np.int32)
    return np.where(points[..., 2] > 0, cells, -1).astype(np.int32), (places - corners).astype(np.float32)
