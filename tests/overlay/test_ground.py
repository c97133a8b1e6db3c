from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge.overlay.ground import ground_of
from tests.support import make_frame

RED = np.full((48, 64, 3), (200, 30, 30), np.uint8)
FRAMES = {
    "rgb": replace(make_frame(), image=RED),
    "i420": replace(make_frame(), image=np.asarray(cv2.cvtColor(RED, cv2.COLOR_RGB2YUV_I420), np.uint8)),
}


@pytest.mark.parametrize("format_", FRAMES)
def test_it_is_the_picture_as_a_copy_to_paint_on(format_: str) -> None:
    frame = FRAMES[format_]
    before = frame.image.copy()

    image = ground_of(frame, only_skeletons=False)

    assert np.abs(image.astype(int) - RED).max() < 4
    image[:] = 0
    assert np.array_equal(frame.image, before)


@pytest.mark.parametrize("format_", FRAMES)
def test_where_only_skeletons_may_be_seen_it_is_of_the_same_size_and_black(format_: str) -> None:
    image = ground_of(FRAMES[format_], only_skeletons=True)
    assert image.flags.c_contiguous
    assert np.array_equal(image, np.zeros_like(RED))
