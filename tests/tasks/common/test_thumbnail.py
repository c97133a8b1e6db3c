"""A frame as a small grey picture, and what has happened between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.tasks.common.thumbnail import THUMBNAIL_SHAPE, change_between, thumbnail
from tests.support import make_frame
from tests.tasks.action.test_gate import BLANK, LIGHT, spot

if TYPE_CHECKING:
    from edge.types import ImageArray


@pytest.mark.parametrize(("after", "change"), [(BLANK, "still"), (spot(3), "motion"), (LIGHT, "cut")])
def test_what_changed_between_two_pictures(after: ImageArray, change: str) -> None:
    noise = np.random.default_rng(1).integers(-2, 3, BLANK.shape)
    assert change_between(BLANK, (after + noise).astype(np.uint8)) == change


def test_places_are_averages_so_noise_of_single_pixels_is_no_motion() -> None:
    noise = np.random.default_rng(1)
    first, second = (thumbnail(make_frame(noise.integers(60, 140, (480, 640, 3)).astype(np.uint8))) for _ in range(2))
    assert first.shape == THUMBNAIL_SHAPE
    assert change_between(first, second) == "still"
