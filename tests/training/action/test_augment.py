from __future__ import annotations

import numpy as np
import pytest

from models.training.action.augment import MIRRORED, NO_CHANGE, change_clip, move_points, random_change
from models.training.action.clips import SIDE_PX


def _dot(y: float, x: float) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Two dark frames with a bright spot of 9 pixels around a normalised place."""
    frames = np.zeros((2, SIDE_PX, SIDE_PX, 3), np.uint8)
    row, column = int(y * SIDE_PX), int(x * SIDE_PX)
    frames[:, row - 4 : row + 5, column - 4 : column + 5] = 255
    return frames


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("side_px", [96, SIDE_PX])
def test_keypoints_go_where_their_pixels_go(seed: int, side_px: int) -> None:
    rng = np.random.default_rng(seed)
    change = random_change(rng)
    points = np.zeros((2, 17, 3), np.float32)
    points[:, 0] = (0.45, 0.6, 2)
    images, moved = change_clip(_dot(0.45, 0.6), points, change, side_px, rng)

    for image, (y, x, _) in zip(images, moved[:, 0], strict=True):
        bright = image.sum(-1) > (int(image.sum(-1).max()) + int(np.median(image.sum(-1)))) / 2
        rows, columns = np.nonzero(bright)
        assert (rows.mean() + 0.5) / side_px == pytest.approx(y, abs=1.5 / side_px + 0.01)
        assert (columns.mean() + 0.5) / side_px == pytest.approx(x, abs=1.5 / side_px + 0.01)


def test_no_change_keeps_every_pixel() -> None:
    rng = np.random.default_rng(0)
    clip = rng.integers(0, 256, (3, SIDE_PX, SIDE_PX, 3)).astype(np.uint8)
    points = rng.random((3, 17, 3)).astype(np.float32)
    images, moved = change_clip(clip, points, NO_CHANGE, SIDE_PX, rng)
    assert (images == clip).all()
    assert moved == pytest.approx(points)


def test_a_mirror_swaps_left_and_right() -> None:
    flips = [change for change in map(random_change, map(np.random.default_rng, range(20))) if change.flip]
    points = np.full((1, 17, 3), 0.5, np.float32)
    points[0, :, 2] = np.arange(17) + 1
    assert flips
    assert move_points(points, flips[0])[0, :, 2].tolist() == [part + 1 for part in MIRRORED]


def test_a_keypoint_pushed_out_of_the_picture_is_not_learnt() -> None:
    points = np.zeros((1, 17, 3), np.float32)
    points[..., :] = (-0.01, 0.5, 2)
    assert (move_points(points, NO_CHANGE)[..., 2] == 0).all()
