"""People as filled shapes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge.overlay.canvas import Canvas
from edge.tasks.pose.landmarks import Mask
from edge.tasks.pose.silhouette import draw_silhouette

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
