"""The crop that follows a person, so that MoveNet sees the person large.

After the algorithm that TensorFlow published with MoveNet: a square around the middle of the hips, wide enough for the
torso and for every visible keypoint. Distances are taken from each keypoint to that middle (the widely copied Python
sample measures the body range wrongly and cuts raised arms off).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from edge.tracking.keypoints import COCO_17
from edge.types import Box

if TYPE_CHECKING:
    from edge.tracking.geometry import Columns, Extent

MIN_SCORE = 0.2
TORSO_FACTOR = 1.9
BODY_FACTOR = 1.2

_LEFT_SHOULDER, _RIGHT_SHOULDER = COCO_17.shoulders
_LEFT_HIP, _RIGHT_HIP = COCO_17.hips
_MOST_MARGIN = 0.4
"""No keypoint gets more room than this share of the body's reach: a person seen small is seen badly."""
_RIM = 0.04
"""The share of a crop's side next to its edges in which no keypoint stays while the crop is held."""
_LONGEST_STEP_S = 0.2
_STEP_Y, _STEP_X = 0.7548776662466927, 0.5698402909980532
"""Steps, in turns, to places that fill a square evenly, however many are taken (Roberts' R2 sequence)."""


class _Square(NamedTuple):
    """A square by its middle, normalised, and half its side, in pixels."""

    y: float
    x: float
    half_px: float


def next_crop(
    person: Columns, reach: Extent, picture: tuple[int, int], region: Box, margin_px: float = 0.0
) -> Box | None:
    """Where to look for a person in the next picture; None: in all of the region.

    ``reach`` is that of the person's visible keypoints; ``picture`` is ``(height, width)`` in pixels; ``region`` bounds
    the search, normalised; ``margin_px`` is room that every visible keypoint gets, up to a limit. The crop is square in
    pixels, normalised, and may reach beyond the region. None when the torso is not seen (no hip or no shoulder at 0.2)
    or when the crop would be larger than the padded square of the whole region.
    """
    square = _next_square(person, reach, picture, region, margin_px)
    return _box(square, picture) if square else None


@dataclass(frozen=True, slots=True)
class CropParameters:
    """How calmly the crop follows.

    It is left where it is while the one that is wanted is off by less than ``slack`` (a share of its side) in place and
    size and every visible keypoint is well inside. From frame to frame it sways by ``sway`` (a share of its side) at
    most, so that the errors the model makes at one exact crop average out. Without a person it stays ``hold_s``, then
    all of the picture is searched.
    """

    slack: float = 0.02
    hold_s: float = 0.3
    sway: float = 0.04


class CropFollower:
    """The crop from frame to frame: it keeps still with a still person, and ahead of a fast one."""

    def __init__(self, parameters: CropParameters) -> None:
        self.parameters = parameters
        self.crop: Box | None = None
        """Where to look next; None: in all of the region."""
        self._held: Box | None = None
        self._looks = 0
        self._seen_s = 0.0

    def forget(self) -> None:
        """Begin with all of the picture."""
        self.crop = self._held = None

    def follow(
        self, person: Columns, reach: Extent, pace_px_s: float, time_s: float, *, picture: tuple[int, int], region: Box
    ) -> None:
        """Move to a person whose visible keypoints have this reach, the fastest of them going ``pace_px_s``."""
        step_s, self._seen_s = min(max(time_s - self._seen_s, 0.0), _LONGEST_STEP_S), time_s
        wanted = _next_square(person, reach, picture, region, pace_px_s * step_s)
        if wanted is None:
            self.forget()
            return
        if self._held is None or not self._serves(self._held, wanted, reach, picture):
            self._held = _box(wanted, picture)
        self.crop = self._swayed(self._held, reach)

    def _swayed(self, held: Box, reach: Extent) -> Box:
        """The crop a little aside, each time elsewhere, but never so far that it cuts a keypoint off."""
        self._looks += 1
        sway, x, y, width, height = 2 * self.parameters.sway, held.x, held.y, held.width, held.height
        aside_y = (self._looks * _STEP_Y % 1 - 0.5) * sway * height
        aside_x = (self._looks * _STEP_X % 1 - 0.5) * sway * width
        aside_y = max(min(aside_y, reach.top - y), reach.bottom - y - height)
        aside_x = max(min(aside_x, reach.left - x), reach.right - x - width)
        return Box(x + aside_x, y + aside_y, width, height)

    def miss(self, time_s: float) -> None:
        """Nobody was found."""
        if time_s - self._seen_s > self.parameters.hold_s:
            self.forget()

    def _serves(self, crop: Box, wanted: _Square, reach: Extent, picture: tuple[int, int]) -> bool:
        x, y, width, height = crop.x, crop.y, crop.width, crop.height
        side_px = 2 * wanted.half_px
        most = self.parameters.slack * side_px
        rim_y, rim_x = _RIM * height, _RIM * width
        return (
            abs(y + height / 2 - wanted.y) * picture[0] <= most
            and abs(x + width / 2 - wanted.x) * picture[1] <= most
            and abs(width * picture[1] - side_px) <= most
            and reach.top >= y + rim_y
            and reach.bottom <= y + height - rim_y
            and reach.left >= x + rim_x
            and reach.right <= x + width - rim_x
        )


def _next_square(
    person: Columns, reach: Extent, picture: tuple[int, int], region: Box, margin_px: float
) -> _Square | None:
    """See :func:`next_crop`."""
    ys, xs, scores = person
    if max(scores[_LEFT_HIP], scores[_RIGHT_HIP]) < MIN_SCORE:
        return None
    if max(scores[_LEFT_SHOULDER], scores[_RIGHT_SHOULDER]) < MIN_SCORE:
        return None
    height, width = picture
    y, x = (ys[_LEFT_HIP] + ys[_RIGHT_HIP]) / 2, (xs[_LEFT_HIP] + xs[_RIGHT_HIP]) / 2
    torso = max(
        abs(ys[_LEFT_SHOULDER] - y) * height,
        abs(ys[_RIGHT_SHOULDER] - y) * height,
        abs(ys[_LEFT_HIP] - y) * height,
        abs(xs[_LEFT_SHOULDER] - x) * width,
        abs(xs[_RIGHT_SHOULDER] - x) * width,
        abs(xs[_LEFT_HIP] - x) * width,
    )
    top, left, bottom, right = reach
    body = max((y - top) * height, (bottom - y) * height, (x - left) * width, (right - x) * width)
    to_edge = max(
        (y - region.y) * height,
        (region.y + region.height - y) * height,
        (x - region.x) * width,
        (region.x + region.width - x) * width,
    )
    half_px = min(max(torso * TORSO_FACTOR, body * BODY_FACTOR, body + min(margin_px, body * _MOST_MARGIN)), to_edge)
    if half_px <= 1 or half_px > max(region.height * height, region.width * width) / 2:
        return None
    return _Square(y, x, half_px)


def _box(square: _Square, picture: tuple[int, int]) -> Box:
    half_y, half_x = square.half_px / picture[0], square.half_px / picture[1]
    return Box(square.x - half_x, square.y - half_y, 2 * half_x, 2 * half_y)
