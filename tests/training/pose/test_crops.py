from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.training.pose.crops import View, around, crop, random_view
from models.training.pose.pictures import Picture
from tests.training.pose.people import somebody

NO_MASK = np.zeros((240, 240), np.uint8)
VIEWS = [
    View(100, 120, 80),
    View(100, 120, 80, turn_deg=20),
    View(110, 110, 150, turn_deg=-15, is_mirrored=True),
    View(90, 130, 400),
    View(100, 120, 60, is_mirrored=True),
]


@pytest.mark.parametrize("view", VIEWS)
def test_keypoints_go_where_their_pixels_go(view: View) -> None:
    person = somebody(100, 120, 30)
    for number, (y, x, _) in enumerate(person.keypoints.tolist()):
        image = np.zeros((240, 240, 3), np.uint8)
        image[int(y) - 3 : int(y) + 4, int(x) - 3 : int(x) + 4] = 255
        exact = person.keypoints.copy()
        exact[number, :2] = int(y) + 0.5, int(x) + 0.5
        seen = crop(Picture(image, (replace(person, keypoints=exact),), NO_MASK), view, 96)
        other = number + (1 if number % 2 else -1) if view.is_mirrored and number else number
        light = seen.image[..., 0].astype(float)
        rows, columns = (np.arange(96) + 0.5 for _ in range(2))
        bright = (light.sum(1) @ rows / light.sum(), light.sum(0) @ columns / light.sum())
        assert seen.people[0].keypoints[other, :2] == pytest.approx(bright, abs=0.35)


def test_the_square_around_somebody_has_them_in_its_middle_with_a_margin() -> None:
    person = somebody(100, 120, 80)
    seen = crop(Picture(np.zeros((240, 240, 3), np.uint8), (person,), NO_MASK), around(person), 100)
    assert seen.people[0].box.tolist() == pytest.approx([10, 10, 90, 90], abs=0.01)


def test_a_keypoint_beyond_the_crop_is_outside() -> None:
    person = somebody(100, 120, 80)
    seen = crop(Picture(np.zeros((240, 240, 3), np.uint8), (person,), NO_MASK), View(100, 120, 40), 96)
    keypoints = seen.people[0].keypoints
    inside = ((keypoints[:, :2] >= 0) & (keypoints[:, :2] < 96)).all(axis=1)
    assert 0 < inside.sum() < 17
    assert (keypoints[inside, 2] == 2).all()
    assert (keypoints[~inside, 2] == 0).all()


def test_beyond_the_picture_there_is_the_border() -> None:
    picture = Picture(np.full((50, 50, 3), 200, np.uint8), (), NO_MASK)
    seen = crop(picture, View(25, 25, 100), 100, border=(1, 2, 3))
    assert seen.image[5, 5].tolist() == [1, 2, 3]
    assert seen.image[50, 50].tolist() == [200, 200, 200]


def test_random_views_mostly_hold_somebody() -> None:
    rng = np.random.default_rng(1)
    person = somebody(100, 120, 60)
    picture = Picture(np.zeros((240, 240, 3), np.uint8), (person,), NO_MASK)
    inside = [crop(picture, random_view(rng, picture), 96).people[0].keypoints[:, 2] > 0 for _ in range(200)]
    assert np.mean(inside) > 0.9
