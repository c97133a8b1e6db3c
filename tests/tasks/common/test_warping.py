"""Any part of a picture, against MediaPipe's golden pictures."""

from __future__ import annotations

from math import radians
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge.tasks.common.detection.region import RotatedRegion
from edge.tasks.common.placement import pixel_span
from edge.tasks.common.warping import Warper
from edge.types import FULL_FRAME, Box
from tests.support import picture

if TYPE_CHECKING:
    from tests.support import SharedData

GOLDEN = "media/tfjs_shared"
STEPS = 7
"""How far the public test of tfjs-models lets a channel of a pixel be off, of 255."""


def part(x: float, y: float, width: float, height: float, degrees: float = 0.0) -> RotatedRegion:
    """A region of the golden pictures' source, which is 64 by 128, in shares of it."""
    return RotatedRegion(x * 64, y * 128, width * 64, height * 128, radians(degrees))


@pytest.mark.parametrize(
    ("name", "region", "replicate"),
    [
        ("noop_except_range", part(0.5, 0.5, 1, 1), True),
        ("medium_sub_rect_with_rotation", part(0.65, 0.4, 0.5, 0.5, -45), True),
        (
            "medium_sub_rect_keep_aspect_with_rotation_border_zero",
            part(0.65, 0.4, 0.5, 0.5, 90).expanded(1),
            False,
        ),
        ("large_sub_rect", part(0.5, 0.5, 1.5, 1.1), True),
        ("large_sub_rect_keep_aspect_with_rotation", part(0.5, 0.5, 1.5, 1.1, -15).expanded(1), True),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_parts_are_the_golden_ones(shared: SharedData, name: str, region: RotatedRegion, replicate: bool) -> None:
    golden = picture(shared.path(f"{GOLDEN}/{name}.png"))
    target = np.empty_like(golden)

    Warper((golden.shape[0], golden.shape[1]), replicate=replicate).warp(
        picture(shared.path(f"{GOLDEN}/image_to_tensor_input.jpg")), region.matrix, target
    )

    assert np.abs(target.astype(int) - golden).max() <= STEPS


def test_planes_give_what_their_picture_gives() -> None:
    rows, columns = np.mgrid[0:120, 0:160]
    rgb = np.dstack((rows * 2, columns, 255 - columns)).astype(np.uint8)
    planes = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
    region = RotatedRegion(80, 60, 64, 64, radians(30))
    from_rgb, from_planes = (np.empty((96, 96, 3), np.uint8) for _ in range(2))

    warper = Warper((96, 96))
    warper.warp(rgb, region.matrix, from_rgb)
    warper.warp(planes, region.matrix, from_planes)

    assert np.abs(from_planes.astype(int) - from_rgb).max() <= 6


def test_what_lies_beyond_a_picture_of_planes_is_black() -> None:
    planes = np.asarray(cv2.cvtColor(np.full((40, 40, 3), 200, np.uint8), cv2.COLOR_RGB2YUV_I420), np.uint8)
    target = np.empty((32, 32, 3), np.uint8)

    Warper((32, 32)).warp(planes, RotatedRegion(0, 20, 32, 32).matrix, target)

    assert not target[:, :14].any()
    assert (abs(target[:, 18:].astype(int) - 200) <= 3).all()


@pytest.mark.parametrize("is_i420", [False, True])
@pytest.mark.parametrize("bounds", [Box(0.25, 0.5, 0.5, 0.25), Box(0.3, 0.1, 0.15, 0.85), Box(0.9, 0.9, 0.001, 0.001)])
def test_beyond_its_bounds_a_picture_is_black_and_within_them_as_it_was(bounds: Box, *, is_i420: bool) -> None:
    rows, columns = np.mgrid[0:80, 0:120]
    image = np.dstack((100 + rows, 100 + columns, np.full_like(rows, 150))).astype(np.uint8)
    source = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8) if is_i420 else image
    everything, part = (np.empty((80, 120, 3), np.uint8) for _ in range(2))
    upright = RotatedRegion(60, 40, 120, 80).matrix

    Warper((80, 120)).warp(source, upright, everything)
    Warper((80, 120)).warp(source, upright, part, bounds)

    (top, bottom), (left, right) = pixel_span(bounds.y, bounds.height, 80), pixel_span(bounds.x, bounds.width, 120)
    inside = slice(top + 1, max(bottom - 1, top + 1)), slice(left + 1, max(right - 1, left + 1))
    np.testing.assert_array_equal(part[inside], everything[inside])
    part[top - 3 : bottom + 3, left - 3 : right + 3] = 0  # colour has half as many pixels
    assert not part.any()


@pytest.mark.parametrize(
    "region",
    [
        RotatedRegion(60, 50, 50, 50, 0.4),
        RotatedRegion(5, 90, 80, 80, -2.0),
        RotatedRegion(-300, -300, 40, 40),
    ],
)
@pytest.mark.parametrize("bounds", [FULL_FRAME, Box(0.25, 0.1, 0.5, 0.6)])
def test_through_four_channels_it_is_the_same_but_for_a_step(region: RotatedRegion, bounds: Box) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (96, 128, 3), np.uint8)
    source = np.asarray(cv2.GaussianBlur(noise, (0, 0), 2), np.uint8)
    plain, quick = (np.zeros((64, 64, 3), np.uint8) for _ in range(2))

    Warper((64, 64), replicate=True).warp(source, region.matrix, plain, bounds)
    Warper((64, 64), replicate=True, through_rgba=True).warp(source, region.matrix, quick, bounds)

    assert np.abs(plain.astype(int) - quick).max() <= 1
