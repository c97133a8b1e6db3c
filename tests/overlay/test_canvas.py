from __future__ import annotations

from dataclasses import replace

import pytest

from edge.overlay.canvas import Canvas
from edge.overlay.style import Rect
from tests.overlay.support import plain


def test_a_frames_own_copy_is_all_picture() -> None:
    canvas = Canvas.whole(plain(width=640, height=480))
    assert canvas.picture == Rect(0, 0, 640, 480)
    assert canvas.to_px(0.5, 0.25) == (320, 120)
    assert canvas.plates.left == canvas.plates.top == 0
    assert canvas.plates.height == 480
    assert 230 < canvas.plates.width < 270


def test_plates_of_a_wide_picture_take_no_more_than_of_a_usual_one() -> None:
    wide, usual = (Canvas.whole(plain(width=width, height=720)) for width in (1280, 960))
    assert wide.plates.width == usual.plates.width


@pytest.mark.parametrize(("mirrored", "column"), [(False, 100 + 20), (True, 100 + 180)])
def test_a_mirror_turns_left_and_right(mirrored: bool, column: int) -> None:
    canvas = replace(Canvas.whole(plain()), picture=Rect(100, 50, 200, 100), mirrored=mirrored)
    assert canvas.to_px(0.1, 0.5) == (column, 100)


def test_inside_the_picture_places_are_the_same_pixels() -> None:
    canvas = replace(Canvas.whole(plain()), picture=Rect(100, 50, 200, 100), mirrored=True)
    inside = canvas.inside()
    column, row = inside.to_px(0.1, 0.5)
    inside.image[row, column] = 7
    assert (canvas.image[100, 280] == 7).all()
    assert inside.image.shape == (100, 200, 3)
    assert inside.plates.left == -100
    assert inside.plates.top == -50
