from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.overlay.blending import NOTHING, blended, covered, cut, ink_of, ink_painted, lay
from edge.overlay.style import Rect, darken
from tests.overlay.support import changed, plain

if TYPE_CHECKING:
    from edge.types import ImageArray


def test_a_shape_covers_as_much_as_it_is_opaque() -> None:
    image = plain(100, 6, 4)
    lay(image, ink_of(np.array([[0, 51, 255]], np.uint8), (200, 0, 100)), (2, 1))
    assert image[1, 2:5].tolist() == [[100, 100, 100], [120, 80, 100], [200, 0, 100]]
    assert changed(plain(100, 6, 4), image).sum() == 2


@given(st.integers(-9, 9), st.integers(-9, 9))
def test_what_of_a_shape_is_outside_is_cut(left: int, top: int) -> None:
    whole, image = plain(0, 26, 24), plain(0, 6, 4)
    ink = ink_of(np.arange(1, 16, dtype=np.uint8).reshape(3, 5) * 17, (255, 255, 255))
    lay(whole, ink, (left + 10, top + 10))
    lay(image, ink, (left, top))
    assert (whole[10:14, 10:16] == image).all()


def test_what_a_function_paints_looks_the_same_laid_over() -> None:
    def paint(image: ImageArray) -> None:
        darken(image, Rect(3, 2, 5, 4))
        image[3, 4] = (250, 20, 90)

    ink = ink_painted((9, 12), paint)
    assert covered(ink) == Rect(3, 2, 5, 4)
    for value in (0, 90, 255):
        painted, laid = plain(value, 12, 9), plain(value, 12, 9)
        paint(painted)
        lay(laid, cut(ink, covered(ink)), (3, 2))
        assert np.abs(painted.astype(int) - laid).max() <= 1


def test_where_nothing_is_painted_nothing_is_covered() -> None:
    assert covered(ink_painted((9, 12), lambda _: None)).width == 0
    assert covered(NOTHING) == Rect(0, 0, 0, 0)


@pytest.mark.parametrize(("opacity", "seen"), [(0.0, 100), (0.25, 125), (1.0, 200)])
def test_what_is_drawn_shows_through(opacity: float, seen: int) -> None:
    image = plain(100, 8, 8)
    with blended(image, Rect(-2, -2, 5, 5), opacity) as part:
        assert part.shape == (3, 3, 3)
        part[:] = 200
    assert (image[:3, :3] == seen).all()
    assert (image[3:] == 100).all()
    assert (image[:, 3:] == 100).all()


def test_beside_the_picture_nothing_is_drawn() -> None:
    image = plain(100, 8, 8)
    with blended(image, Rect(20, -9, 5, 5), 0.5) as part:
        assert not part.size
    assert (image == 100).all()
