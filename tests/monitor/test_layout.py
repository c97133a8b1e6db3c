from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.monitor.layout import overlap, regions_of, sizes_of
from edge.overlay.style import Rect
from tests.monitor.strategies import screen_sizes
from tests.monitor.support import is_within

CAMERAS = [(640, 480), (1280, 720), (480, 640), (1080, 1920), (640, 640)]


@pytest.mark.parametrize(("size", "capital_px"), [((640, 480), 12), ((1280, 720), 18), ((1920, 1080), 27)])
def test_capitals_are_a_fortieth_of_the_height(size: tuple[int, int], capital_px: int) -> None:
    assert sizes_of(size).capital_px == capital_px


@given(size=screen_sizes, camera=st.sampled_from(CAMERAS), bar_px=st.integers(20, 120))
def test_the_picture_keeps_its_shape_and_lies_above_the_bar(
    size: tuple[int, int], camera: tuple[int, int], bar_px: int
) -> None:
    regions = regions_of(size, bar_px, camera)
    picture, whole = regions.picture, Rect(0, 0, *size)
    assert picture.width * camera[1] == pytest.approx(picture.height * camera[0], abs=3 * max(camera))
    assert is_within(picture, regions.main)
    assert is_within(regions.plates, regions.main)
    assert is_within(regions.bar, whole)
    assert not overlap(regions.bar, regions.main)
    assert min(regions.main.width - picture.width, regions.main.height - picture.height) <= 2
    assert picture.width % 2 == picture.height % 2 == 0


def test_plates_have_a_column_of_their_own_where_there_is_room() -> None:
    beside = regions_of((1280, 720), 84, (480, 640))
    assert not overlap(beside.plates, beside.picture)
    over = regions_of((1280, 720), 84, (1280, 720))
    assert overlap(over.plates, over.picture)
    assert over.picture.left + over.picture.width == 1280
