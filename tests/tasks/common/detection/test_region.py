"""Rotated regions: from points, into a model, and back."""

from __future__ import annotations

from math import inf, nan, pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tasks.common.detection.region import RotatedRegion, circle_region, rotation_rad
from edge.types import Box

CENTRE = np.array([0.5, 0.5], np.float32)
TOP = np.array([0.5, 0.0], np.float32)


@pytest.mark.parametrize(
    ("rim", "rotation"),
    [((320, 100), 0.0), ((400, 180), pi / 2), ((240, 180), -pi / 2)],
    ids=["head up", "head to the right", "head to the left"],
)
def test_the_rim_of_a_circle_is_at_the_top_of_its_region(rim: tuple[float, float], rotation: float) -> None:
    region = circle_region((320, 180), rim)

    assert region.rotation_rad == pytest.approx(rotation)
    assert (region.width_px, region.height_px) == (160, 160)
    np.testing.assert_allclose(region.to_picture(TOP), rim, atol=1e-3)


def test_upside_down_is_half_a_turn() -> None:
    assert abs(circle_region((320, 180), (320, 260)).rotation_rad) == pytest.approx(pi)


@given(angle=st.floats(-3, 3), length=st.floats(1, 1000))
def test_angles_are_those_of_pixels_whatever_the_shape_of_the_picture(angle: float, length: float) -> None:
    end = (100 + length * np.cos(angle), 50 + length * np.sin(angle))

    assert rotation_rad((100, 50), end, 0.0) == pytest.approx(angle, abs=1e-6)


def test_a_shift_goes_along_the_turned_axes_before_the_region_becomes_square_and_larger() -> None:
    region = RotatedRegion(100, 100, 20, 40, pi / 2).expanded(2, shift_y=-0.5)

    assert [region.x_px, region.y_px] == pytest.approx([120, 100])
    assert (region.width_px, region.height_px) == (80, 80)


@given(
    x=st.floats(0, 1000),
    y=st.floats(0, 1000),
    width=st.floats(1, 1000),
    height=st.floats(1, 1000),
    rotation=st.floats(-pi, pi),
)
def test_a_region_goes_around_its_centre(x: float, y: float, width: float, height: float, rotation: float) -> None:
    region = RotatedRegion(x, y, width, height, rotation)

    np.testing.assert_allclose(region.to_picture(CENTRE), (x, y), atol=1e-2)
    assert np.linalg.norm(region.to_picture(TOP) - (x, y)) == pytest.approx(height / 2, rel=1e-3, abs=1e-2)


def test_regions_are_compared_upright() -> None:
    region = RotatedRegion(320, 90, 64, 36, 1.0)

    assert region.upright((360, 640)) == Box(0.45, 0.2, 0.1, 0.1)


PICTURE = (480, 640)


@pytest.mark.parametrize(
    "region",
    [
        RotatedRegion(320, 240, 4, 4),
        RotatedRegion(320, 240, 2560, 2560, pi),
        RotatedRegion(-99, -99, 100, 100),
        RotatedRegion(739, 579, 100, 100),
    ],
    ids=["small", "large", "beyond a corner", "beyond the other"],
)
def test_what_reaches_the_picture_can_be_looked_at(region: RotatedRegion) -> None:
    assert region.is_usable(PICTURE)


@pytest.mark.parametrize(
    "region",
    [
        RotatedRegion(320, 240, 3.9, 3.9),
        RotatedRegion(320, 240, 2561, 2561),
        RotatedRegion(-101, 240, 100, 100),
        RotatedRegion(320, -101, 100, 100),
        RotatedRegion(741, 240, 100, 100),
        RotatedRegion(320, 581, 100, 100),
        RotatedRegion(320, 240, 100, 100, nan),
        RotatedRegion(nan, 240, 100, 100),
        RotatedRegion(320, inf, 100, 100),
        RotatedRegion(320, 240, nan, nan),
        RotatedRegion(320, 240, inf, inf),
    ],
)
def test_what_has_run_away_cannot(region: RotatedRegion) -> None:
    assert not region.is_usable(PICTURE)
