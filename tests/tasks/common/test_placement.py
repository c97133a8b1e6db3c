"""Fitting pictures to inputs, and coordinates back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tasks.common.placement import fitting_crop, place
from edge.types import FULL_FRAME, Box

SIZES = st.tuples(st.integers(1, 2000), st.integers(1, 2000))
CROPS = st.builds(
    Box,
    x=st.floats(-0.5, 0.9),
    y=st.floats(-0.5, 0.9),
    width=st.floats(0.1, 2),
    height=st.floats(0.1, 2),
)
FRAME, INPUT = (480, 640), (192, 192)
MOSTLY_INSIDE = st.builds(
    Box, x=st.floats(-0.3, 0.3), y=st.floats(-0.3, 0.3), width=st.floats(0.5, 1.5), height=st.floats(0.5, 1.5)
)


def test_a_letterboxed_picture_has_margins_above_and_below() -> None:
    placement = place(fitting_crop("letterbox", FULL_FRAME, FRAME, INPUT), FRAME, INPUT, FULL_FRAME)

    assert (placement.x.source_begin, placement.x.source_end) == (0, 640)
    assert (placement.x.target_begin, placement.x.target_end) == (0, 192)
    assert (placement.y.source_begin, placement.y.source_end) == (0, 480)
    assert (placement.y.target_begin, placement.y.target_end) == (24, 168)


def test_stretch_uses_all_of_both() -> None:
    placement = place(fitting_crop("stretch", FULL_FRAME, FRAME, INPUT), FRAME, INPUT, FULL_FRAME)

    assert (placement.y.source_begin, placement.y.source_end) == (0, 480)
    assert (placement.y.target_begin, placement.y.target_end) == (0, 192)


def test_center_crop_cuts_the_sides() -> None:
    placement = place(fitting_crop("center_crop", FULL_FRAME, FRAME, (224, 224)), FRAME, (224, 224), FULL_FRAME)

    assert (placement.x.source_begin, placement.x.source_end) == (80, 560)
    assert (placement.x.target_begin, placement.x.target_end) == (0, 224)


def test_letterbox_respects_an_input_that_is_not_square() -> None:
    placement = place(fitting_crop("letterbox", FULL_FRAME, (100, 100), (353, 481)), (100, 100), (353, 481), FULL_FRAME)

    assert (placement.x.target_begin, placement.x.target_end) == (64, 417)
    assert (placement.y.target_begin, placement.y.target_end) == (0, 353)


def test_corners_of_the_picture_come_back_as_corners() -> None:
    placement = place(fitting_crop("letterbox", FULL_FRAME, FRAME, INPUT), FRAME, INPUT, FULL_FRAME)
    corners = np.array([[24 / 192, 0, 0.5], [168 / 192, 1, 0.25]], np.float32)

    np.testing.assert_allclose(placement.to_picture(corners, INPUT, FRAME), [[0, 0, 0.5], [1, 1, 0.25]], atol=1e-6)


@given(crop=CROPS, picture=SIZES, model_input=st.tuples(st.integers(8, 600), st.integers(8, 600)))
def test_whatever_is_placed_lies_inside_both(crop: Box, picture: tuple[int, int], model_input: tuple[int, int]) -> None:
    placement = place(crop, picture, model_input, FULL_FRAME)

    for span, source_px, target_px in (
        (placement.y, picture[0], model_input[0]),
        (placement.x, picture[1], model_input[1]),
    ):
        assert 0 <= span.source_begin < span.source_end <= source_px
        assert 0 <= span.target_begin < span.target_end <= target_px


@given(crop=MOSTLY_INSIDE, y=st.floats(0.05, 0.95), x=st.floats(0.05, 0.95))
def test_a_point_in_the_crop_comes_back_to_its_place(crop: Box, y: float, x: float) -> None:
    """To the pixel: rounding the crop to whole pixels must not move what is seen."""
    placement = place(crop, FRAME, INPUT, FULL_FRAME)
    point = np.array([[y, x, 1]], np.float32)

    (back_y, back_x, _), *_ = placement.to_picture(point, INPUT, FRAME).tolist()

    scale_y, scale_x = crop.height * 480 / 192, crop.width * 640 / 192
    assert back_y * 480 == pytest.approx((crop.y + y * crop.height) * 480, abs=1 + scale_y)
    assert back_x * 640 == pytest.approx((crop.x + x * crop.width) * 640, abs=1 + scale_x)


def test_a_region_is_fitted_by_itself() -> None:
    """The right half of a 640x480 frame is 320 by 480 pixels: letterboxed it has margins left and right."""
    half = Box(0.5, 0, 0.5, 1)

    placement = place(fitting_crop("letterbox", half, FRAME, INPUT), FRAME, INPUT, half)

    assert (placement.x.source_begin, placement.x.source_end) == (320, 640)
    assert (placement.x.target_begin, placement.x.target_end) == (32, 160)
    assert (placement.y.target_begin, placement.y.target_end) == (0, 192)


def test_a_crop_sees_nothing_outside_of_the_region() -> None:
    placement = place(Box(0.25, 0.25, 0.5, 0.5), FRAME, INPUT, Box(0.5, 0, 0.5, 1))

    assert (placement.x.source_begin, placement.x.source_end) == (320, 480)
    assert (placement.x.target_begin, placement.x.target_end) == (96, 192)


@given(x=st.floats(0, 1), y=st.floats(0, 1), width=st.floats(0, 1), height=st.floats(0, 1), picture=SIZES)
def test_any_region_holds_a_pixel(x: float, y: float, width: float, height: float, picture: tuple[int, int]) -> None:
    region = Box(x, y, max(min(width, 1 - x), 1e-6), max(min(height, 1 - y), 1e-6))

    placement = place(region, picture, INPUT, region)

    for span, source_px in ((placement.y, picture[0]), (placement.x, picture[1])):
        assert 0 <= span.source_begin < span.source_end <= source_px


def test_a_box_of_the_picture_is_so_many_pixels_of_the_input() -> None:
    """A letterboxed half of the middle: the input shows 640 pixels by 192, and 24 rows of margin above."""
    placement = place(fitting_crop("letterbox", FULL_FRAME, FRAME, INPUT), FRAME, INPUT, FULL_FRAME)

    rows, columns = placement.pixels_of(Box(0.25, 0.0, 0.5, 0.5), FRAME)

    assert (rows, columns) == (slice(24, 96), slice(48, 144))


@pytest.mark.parametrize("box", [Box(-1, -1, 0.5, 0.5), Box(1.5, 1.5, 1, 1), Box(0.8, 0.8, 0.1, 0.1)])
def test_a_box_beside_what_is_looked_at_is_none(box: Box) -> None:
    rows, columns = place(Box(0.25, 0.25, 0.5, 0.5), FRAME, INPUT, FULL_FRAME).pixels_of(box, FRAME)

    assert np.zeros(INPUT)[rows, columns].size == 0


@given(picture=SIZES, crop=MOSTLY_INSIDE, y=st.floats(0, 1), x=st.floats(0, 1))
def test_pixels_of_a_box_are_the_way_back_of_points(picture: tuple[int, int], crop: Box, y: float, x: float) -> None:
    """What is at an edge of the pixels is at most half a pixel of the input away from the box."""
    placement = place(crop, picture, INPUT, FULL_FRAME)
    rows, columns = placement.pixels_of(Box(0, 0, x, y), picture)
    edge = np.array([[rows.stop / INPUT[0], columns.stop / INPUT[1], 1]], np.float32)

    (back_y, back_x, _), *_ = placement.to_picture(edge, INPUT, picture).tolist()

    pixel_y = placement.y.back(INPUT[0], picture[0])[0] / INPUT[0]
    pixel_x = placement.x.back(INPUT[1], picture[1])[0] / INPUT[1]
    if placement.y.target_begin < rows.stop < placement.y.target_end:
        assert abs(back_y - y) <= 0.51 * pixel_y + 1e-5
    if placement.x.target_begin < columns.stop < placement.x.target_end:
        assert abs(back_x - x) <= 0.51 * pixel_x + 1e-5
