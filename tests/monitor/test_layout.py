from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.monitor.layout import regions_of, sizes_of
from edge.overlay.style import Rect
from tests.monitor.strategies import screen_sizes
from tests.monitor.support import is_within

CAMERAS = [(640, 480), (1280, 720), (480, 640), (1080, 1920), (640, 640)]


@pytest.mark.parametrize(("size", "capital_px"), [((640, 480), 12), ((1280, 720), 18), ((1920, 1080), 27)])
def test_capitals_are_a_fortieth_of_the_height(size: tuple[int, int], capital_px: int) -> None:
    assert sizes_of(size).capital_px == capital_px


@given(size=screen_sizes, camera=st.sampled_from(CAMERAS), bar_px=st.integers(20, 120), has_plates=st.booleans())
def test_the_picture_keeps_its_shape_and_lies_above_the_bar(
    size: tuple[int, int], camera: tuple[int, int], bar_px: int, *, has_plates: bool
) -> None:
    regions = regions_of(size, bar_px, camera, has_plates=has_plates)
    picture, whole = regions.picture, Rect(0, 0, *size)
    assert picture.width * camera[1] == pytest.approx(picture.height * camera[0], abs=3 * max(camera))
    assert is_within(picture, regions.main)
    assert is_within(regions.plates, regions.main)
    assert is_within(regions.bar, whole)
    assert not regions.bar.overlaps(regions.main)
    assert min(regions.main.width - picture.width, regions.main.height - picture.height) <= 2
    assert picture.width % 2 == picture.height % 2 == 0


def test_plates_have_a_column_of_their_own_where_there_is_room() -> None:
    beside = regions_of((1280, 720), 84, (480, 640), has_plates=True)
    assert not beside.plates.overlaps(beside.picture)
    over = regions_of((1280, 720), 84, (1280, 720), has_plates=True)
    assert over.plates.overlaps(over.picture)
    assert over.picture.right == 1280


@pytest.mark.parametrize("camera", CAMERAS)
def test_where_no_plates_come_the_picture_stands_in_the_middle(camera: tuple[int, int]) -> None:
    regions = regions_of((1280, 720), 84, camera, has_plates=False)
    assert abs(regions.picture.left - (1280 - regions.picture.right)) <= 1
    assert regions.plates.width == 0


@pytest.mark.parametrize("size", [(640, 480), (720, 1280), (1080, 1920)])
def test_on_a_narrow_screen_the_column_is_wide_enough_for_a_label(size: tuple[int, int]) -> None:
    regions = regions_of(size, 84, (640, 480), has_plates=True)
    assert regions.plates.width >= 17 * sizes_of(size).capital_px
