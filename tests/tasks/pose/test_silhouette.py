"""People as filled shapes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.overlay.canvas import Canvas
from edge.tasks.pose.landmarks import Mask
from edge.tasks.pose.silhouette import draw_silhouette

if TYPE_CHECKING:
    from edge.types import ImageArray

UPPER_LEFT = Mask(np.full((8, 8), 255, np.uint8), np.array([[0.5, 0, 0], [0, 0.5, 0]], np.float32))
"""All of a mask lies in that quarter of the frame."""


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_mask_is_filled_where_it_lies_on_the_frame(mirrored: bool) -> None:
    canvas = replace(Canvas.whole(np.zeros((40, 60, 3), np.uint8)), mirrored=mirrored)

    draw_silhouette(canvas, UPPER_LEFT, (10, 20, 30))

    image = canvas.image[:, ::-1] if mirrored else canvas.image
    assert (image[2:16, 2:24] == (10, 20, 30)).all()
    assert not image[22:].any()
    assert not image[:, 33:].any()


def disc(size: int, radius: float) -> ImageArray:
    """A mask of a round person, without any grey."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    return np.where(np.hypot(rows, columns) < radius, 255, 0).astype(np.uint8)


def test_an_outline_has_no_steps() -> None:
    """A disc whose radius is 20 places of ten pixels each: its edge is as far from the middle everywhere."""
    canvas = Canvas.whole(np.zeros((640, 640, 3), np.uint8))
    draw_silhouette(canvas, Mask(disc(64, 20), np.array([[1, 0, 0], [0, 1, 0]], np.float32)), (200, 200, 200))
    red = canvas.image[:, :, 0].astype(np.float32)
    middle = np.average(np.indices(red.shape).reshape(2, -1), axis=1, weights=red.ravel())

    rows, columns = np.nonzero((red > 60) & (red < 140))
    from_middle_px = np.hypot(rows - middle[0], columns - middle[1])

    assert from_middle_px.size > 500, "the edge is no step from all to nothing"
    assert from_middle_px.std() < 2.5
    assert from_middle_px.mean() == pytest.approx(200, abs=4)


def test_a_person_out_of_the_picture_and_an_empty_mask_leave_it_as_it_is() -> None:
    canvas = Canvas.whole(np.full((40, 60, 3), 7, np.uint8))
    aside = np.array([[1, 0, 3], [0, 1, 0]], np.float32)

    for mask in (Mask(disc(8, 3), aside), Mask(np.zeros((8, 8), np.uint8), UPPER_LEFT.matrix)):
        draw_silhouette(canvas, mask, (10, 20, 30))

    assert (canvas.image == 7).all()
