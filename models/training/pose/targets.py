"""What the network is to answer for a picture.

Everything is in cells, each :data:`STRIDE` pixels square; a position counts from the corner of the first cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import FloatArray
    from models.training.pose.pictures import Person

STRIDE = 4
KEYPOINTS = 17
OCCLUDED_PEAK = 0.6
"""The score that a hidden keypoint is to get; a visible one gets 1."""
_SPREAD_CELLS = 1.3
_CENTRE_SPREAD_CELLS = 1.8
_CENTRE_REACH = 0.4
_OFFSET_REACH_CELLS = 1.5
_SEEN_FROM = 3


@dataclass(frozen=True, slots=True)
class Targets:
    """Maps of ``(side, side, …) float32``.

    The peaks are in ``centre`` (1) and ``keypoints`` (17). ``regression`` (34) and ``offsets`` (34) say where to, y
    before x, in cells, and their ``…_weights`` (17) how much each keypoint counts there.
    """

    centre: FloatArray
    keypoints: FloatArray
    regression: FloatArray
    regression_weights: FloatArray
    offsets: FloatArray
    offset_weights: FloatArray


def targets(people: Sequence[Person], side_px: int) -> Targets:
    """The maps for a picture of ``side_px`` with these people."""
    side = side_px // STRIDE
    maps = Targets(
        centre=np.zeros((side, side, 1), np.float32),
        keypoints=np.zeros((side, side, KEYPOINTS), np.float32),
        regression=np.zeros((side, side, 2 * KEYPOINTS), np.float32),
        regression_weights=np.zeros((side, side, KEYPOINTS), np.float32),
        offsets=np.zeros((side, side, 2 * KEYPOINTS), np.float32),
        offset_weights=np.zeros((side, side, KEYPOINTS), np.float32),
    )
    for person in people:
        _add(maps, person, side)
    return maps


def _add(maps: Targets, person: Person, side: int) -> None:
    visibility = person.keypoints[:, 2]
    is_inside = visibility > 0
    if (visibility > 1).sum() < _SEEN_FROM:  # nobody is to be guessed behind a pillar
        return
    places = np.asarray(person.keypoints[:, :2] / STRIDE, np.float32)
    grid = np.arange(side, dtype=np.float32)[:, None] + 0.5
    dy, dx = places[:, 0] - grid, places[:, 1] - grid  # (side, 17) each: from a cell's middle to the keypoints
    peaks = np.where(visibility > 1, 1.0, OCCLUDED_PEAK) * is_inside
    cells = np.floor(places) + 0.5
    bumps = _bump(cells[:, 0] - grid, _SPREAD_CELLS)[:, None] * _bump(cells[:, 1] - grid, _SPREAD_CELLS)
    np.maximum(maps.keypoints, bumps * peaks.astype(np.float32), out=maps.keypoints)
    is_next = (np.abs(dy) < _OFFSET_REACH_CELLS)[:, None] & (np.abs(dx) < _OFFSET_REACH_CELLS) & is_inside
    _point(maps.offsets, maps.offset_weights, (dy, dx), is_next.astype(np.float32))
    middle = np.floor(places[is_inside].mean(axis=0)) + 0.5  # a person's centre is the mean of what is inside
    bump = _bump(middle[0] - grid, _CENTRE_SPREAD_CELLS) * _bump(middle[1] - grid, _CENTRE_SPREAD_CELLS).T
    is_nearest = (bump > maps.centre[..., 0]) & (bump > _CENTRE_REACH)
    np.maximum(maps.centre, bump[..., None], out=maps.centre)
    where = is_nearest[..., None] & is_inside
    maps.regression_weights[is_nearest] = 0
    _point(maps.regression, maps.regression_weights, (dy, dx), where * bump[..., None])


def _point(values: FloatArray, weights: FloatArray, way: tuple[FloatArray, FloatArray], where: FloatArray) -> None:
    """Let the cells ``where`` is above 0 point the ``way`` (y by rows, x by columns)."""
    chosen = where > 0
    dy, dx = np.broadcast_to(way[0][:, None], chosen.shape), np.broadcast_to(way[1][None], chosen.shape)
    values[..., 0::2][chosen] = dy[chosen]
    values[..., 1::2][chosen] = dx[chosen]
    weights[chosen] = where[chosen]


def _bump(distance: FloatArray, spread: float) -> FloatArray:
    return np.asarray(np.exp(-(distance**2) / (2 * spread**2)), np.float32)
