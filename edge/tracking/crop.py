"""The crop that follows a person, so that MoveNet sees the person large.

After the algorithm that TensorFlow published with MoveNet: a square around the middle of the hips, wide enough for the
torso and for every visible keypoint. Distances are taken from each keypoint to that middle (the widely copied Python
sample measures the body range wrongly and cuts raised arms off).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.types import Box

if TYPE_CHECKING:
    from edge.tracking.geometry import Rows

MIN_SCORE = 0.2
TORSO_FACTOR = 1.9
BODY_FACTOR = 1.2

_LEFT_SHOULDER, _RIGHT_SHOULDER, _LEFT_HIP, _RIGHT_HIP = 5, 6, 11, 12
_TORSO = (_LEFT_SHOULDER, _RIGHT_SHOULDER, _LEFT_HIP, _RIGHT_HIP)
_RIM = 0.04
"""The share of a crop's side next to its edges in which no keypoint stays while the crop is held."""
_LONGEST_STEP_S = 0.2


def next_crop(rows: Rows, picture: tuple[int, int], region: Box, margin_px: float = 0.0) -> Box | None:
    """Where to look for a person in the next picture; None: in all of the region.

    ``rows`` are the person's 17 keypoints (y, x, score, normalised); ``picture`` is ``(height, width)`` in pixels;
    ``region`` bounds the search, normalised; ``margin_px`` is room that every visible keypoint gets at
    least. The crop is square in pixels,
    normalised, and may reach beyond the region. None when the torso is not seen (no hip or no shoulder above 0.2) or
    when the crop would be larger than the padded square of the whole region.
    """
    if not (_is_seen(rows, _LEFT_HIP, _RIGHT_HIP) and _is_seen(rows, _LEFT_SHOULDER, _RIGHT_SHOULDER)):
        return None
    height, width = picture
    y = (rows[_LEFT_HIP][0] + rows[_RIGHT_HIP][0]) / 2
    x = (rows[_LEFT_HIP][1] + rows[_RIGHT_HIP][1]) / 2
    torso = _reach([rows[i] for i in _TORSO], y, x, picture)
    body = _reach([row for row in rows if row[2] > MIN_SCORE], y, x, picture)
    to_edge = max(
        (y - region.y) * height,
        (region.y + region.height - y) * height,
        (x - region.x) * width,
        (region.x + region.width - x) * width,
    )
    half = min(max(torso * TORSO_FACTOR, body * BODY_FACTOR, body + margin_px), to_edge)
    if half <= 1 or half > max(region.height * height, region.width * width) / 2:
        return None
    return Box(x=x - half / width, y=y - half / height, width=2 * half / width, height=2 * half / height)


@dataclass(frozen=True, slots=True)
class CropParameters:
    """How calmly the crop follows.

    It is left where it is while the one that is wanted is off by less than ``slack`` (a share of its side) in place and
    size and every visible keypoint is well inside. Without a person it stays ``hold_s``, then all of the picture is
    searched.
    """

    slack: float = 0.02
    hold_s: float = 0.3


class CropFollower:
    """The crop from frame to frame: it keeps still with a still person, and ahead of a fast one."""

    def __init__(self, parameters: CropParameters) -> None:
        self.parameters = parameters
        self.crop: Box | None = None
        """Where to look next; None: in all of the region."""
        self._seen_s = 0.0

    def forget(self) -> None:
        """Begin with all of the picture."""
        self.crop = None

    def follow(self, rows: Rows, pace_px_s: float, time_s: float, picture: tuple[int, int], region: Box) -> None:
        """Move to a person whose fastest keypoint goes ``pace_px_s``."""
        step_s, self._seen_s = min(max(time_s - self._seen_s, 0.0), _LONGEST_STEP_S), time_s
        wanted = next_crop(rows, picture, region, pace_px_s * step_s)
        if wanted is None or self.crop is None or not self._serves(self.crop, wanted, rows):
            self.crop = wanted

    def miss(self, time_s: float) -> None:
        """Nobody was found."""
        if time_s - self._seen_s > self.parameters.hold_s:
            self.crop = None

    def _serves(self, crop: Box, wanted: Box, rows: Rows) -> bool:
        slack = self.parameters.slack
        shift_y = abs(crop.y + crop.height / 2 - wanted.y - wanted.height / 2) / wanted.height
        shift_x = abs(crop.x + crop.width / 2 - wanted.x - wanted.width / 2) / wanted.width
        if max(shift_y, shift_x, abs(crop.width / wanted.width - 1)) > slack:
            return False
        rim_y, rim_x = _RIM * crop.height, _RIM * crop.width
        seen = [row for row in rows if row[2] > MIN_SCORE]
        ys, xs = [row[0] for row in seen], [row[1] for row in seen]
        return (
            min(ys) >= crop.y + rim_y
            and max(ys) <= crop.y + crop.height - rim_y
            and min(xs) >= crop.x + rim_x
            and max(xs) <= crop.x + crop.width - rim_x
        )


def _reach(rows: Rows, y: float, x: float, picture: tuple[int, int]) -> float:
    """Pixels from a place to the furthest of some keypoints, along the axis in which that is further."""
    ys, xs = [row[0] for row in rows], [row[1] for row in rows]
    return max(max(max(ys) - y, y - min(ys)) * picture[0], max(max(xs) - x, x - min(xs)) * picture[1])


def _is_seen(rows: Rows, left: int, right: int) -> bool:
    return rows[left][2] > MIN_SCORE or rows[right][2] > MIN_SCORE
