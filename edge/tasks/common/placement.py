"""Which pixels of a picture go where in a model's input, and the way back for coordinates.

Pixel edges are whole numbers on both sides, and the way back is computed from those, so rounding moves no keypoint.
These values are made anew for every frame: named tuples cost a quarter of frozen dataclasses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from edge.types import Box

if TYPE_CHECKING:
    from edge.types import Fit, FloatArray

Size: TypeAlias = tuple[int, int]
"""Height and width in pixels."""


class Span(NamedTuple):
    """One axis: pixels ``source_begin`` to ``source_end`` become ``target_begin`` to ``target_end`` of the input."""

    source_begin: int
    source_end: int
    target_begin: int
    target_end: int

    def back(self, input_px: int, picture_px: int) -> tuple[float, float]:
        """``(factor, offset)`` with which a coordinate 0..1 of the input becomes one of the picture (0..1)."""
        scale = (self.source_end - self.source_begin) / (self.target_end - self.target_begin)
        return scale * input_px / picture_px, (self.source_begin - self.target_begin * scale) / picture_px

    def forth(self, begin: float, end: float, picture_px: int) -> slice:
        """Which pixels of the input show a stretch 0..1 of the picture; none where it is not looked at."""
        scale = (self.target_end - self.target_begin) / (self.source_end - self.source_begin)
        places = (self.target_begin + (place * picture_px - self.source_begin) * scale for place in (begin, end))
        return slice(*(min(max(round(place), self.target_begin), self.target_end) for place in places))


class Placement(NamedTuple):
    """Both axes of a picture in a model's input."""

    y: Span
    x: Span

    def to_picture(self, points: FloatArray, model_input: Size, picture: Size) -> FloatArray:
        """Map ``(..., 3) float32`` y, x, score from 0..1 of the input to 0..1 of the picture; scores are kept."""
        factor_y, offset_y = self.y.back(model_input[0], picture[0])
        factor_x, offset_x = self.x.back(model_input[1], picture[1])
        mapped: FloatArray = points * np.array((factor_y, factor_x, 1), np.float32)
        mapped += np.array((offset_y, offset_x, 0), np.float32)
        return mapped

    def pixels_of(self, box: Box, picture: Size) -> tuple[slice, slice]:
        """Rows and columns of the input in which a box of the picture is seen."""
        rows = self.y.forth(box.y, box.y + box.height, picture[0])
        return rows, self.x.forth(box.x, box.x + box.width, picture[1])


def place(crop: Box, picture: Size, model_input: Size, region: Box) -> Placement:
    """Lay the part ``crop`` of a picture over the whole input; what lies outside of ``region`` stays empty.

    ``crop`` and ``region`` are normalised to the picture; a crop may reach beyond it.
    """
    rows = pixel_span(region.y, region.height, picture[0])
    columns = pixel_span(region.x, region.width, picture[1])
    return Placement(
        y=_span(crop.y * picture[0], crop.height * picture[0], rows, model_input[0]),
        x=_span(crop.x * picture[1], crop.width * picture[1], columns, model_input[1]),
    )


def fitting_crop(fit: Fit, region: Box, picture: Size, model_input: Size) -> Box:
    """The crop that fits a region of a picture to an input.

    ``stretch`` is the region itself; ``letterbox`` is the smallest box of the input's shape around it (it may reach
    beyond the picture); ``center_crop`` is the largest box of the input's shape inside it.
    """
    if fit == "stretch":
        return region
    scale_y = model_input[0] / (region.height * picture[0])
    scale_x = model_input[1] / (region.width * picture[1])
    scale = min(scale_y, scale_x) if fit == "letterbox" else max(scale_y, scale_x)
    width, height = region.width * scale_x / scale, region.height * scale_y / scale
    return Box(
        x=region.x + (region.width - width) / 2,
        y=region.y + (region.height - height) / 2,
        width=width,
        height=height,
    )


def pixel_span(begin: float, length: float, picture_px: int) -> tuple[int, int]:
    """Where a normalised stretch begins and ends in pixels; at least one pixel."""
    begin_px = min(round(begin * picture_px), picture_px - 1)
    return begin_px, min(max(round((begin + length) * picture_px), begin_px + 1), picture_px)


def _span(begin_px: float, length_px: float, bounds_px: tuple[int, int], input_px: int) -> Span:
    low_px, high_px = bounds_px
    source_begin = min(max(round(begin_px), low_px), high_px - 1)
    source_end = min(max(round(begin_px + length_px), source_begin + 1), high_px)
    scale = input_px / length_px
    target_begin = min(max(round((source_begin - begin_px) * scale), 0), input_px - 1)
    target_end = min(max(round((source_end - begin_px) * scale), target_begin + 1), input_px)
    return Span(source_begin, source_end, target_begin, target_end)
