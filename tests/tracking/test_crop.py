"""The crop that follows a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tracking.crop import MIN_SCORE, CropFollower, CropParameters, next_crop
from edge.tracking.geometry import columns, extent
from edge.types import FULL_FRAME, Box

if TYPE_CHECKING:
    from edge.tracking.geometry import Columns, Extent
    from edge.types import FloatArray

PICTURE = (480, 640)
LEFT_WRIST, RIGHT_WRIST, LEFT_HIP, RIGHT_HIP = 9, 10, 11, 12


def standing(scale: float = 1.0, score: float = 0.8) -> FloatArray:
    """A person in the middle of the picture, about ``0.6 * scale`` of its height tall."""
    rows = [-30, -31, -31, -30, -30, -22, -22, -12, -12, -4, -4, 0, 0, 14, 14, 28, 28]
    columns = [0, 1, -1, 2, -2, 6, -6, 8, -8, 8, -8, 4, -4, 4, -4, 4, -4]
    person = np.full((17, 3), score, np.float32)
    person[:, 0] = 0.5 + np.array(rows) * 0.01 * scale
    person[:, 1] = 0.5 + np.array(columns) * 0.01 * scale
    return person


def seen(person: FloatArray) -> tuple[Columns, Extent]:
    return columns(person), extent(columns(person), MIN_SCORE)


def crop_of(person: FloatArray, picture: tuple[int, int] = PICTURE, region: Box = FULL_FRAME) -> Box | None:
    return next_crop(*seen(person), picture, region)


def holds(crop: Box, points: FloatArray) -> bool:
    inside_y = (points[:, 0] >= crop.y - 1e-6) & (points[:, 0] <= crop.y + crop.height + 1e-6)
    inside_x = (points[:, 1] >= crop.x - 1e-6) & (points[:, 1] <= crop.x + crop.width + 1e-6)
    return bool((inside_y & inside_x).all())


def test_the_crop_is_a_square_around_the_hips() -> None:
    crop = crop_of(standing())

    assert crop is not None
    assert crop.width * 640 == pytest.approx(crop.height * 480)
    assert crop.x + crop.width / 2 == pytest.approx(0.5)
    assert crop.y + crop.height / 2 == pytest.approx(0.5)


def test_its_half_side_is_the_larger_of_torso_and_body() -> None:
    """Torso: 22 rows of 4.8 px times 1.9; body: 31 rows times 1.2."""
    crop = crop_of(standing(0.5))

    assert crop is not None
    assert crop.height * 480 / 2 == pytest.approx(max(11 * 4.8 * 1.9, 15.5 * 4.8 * 1.2), rel=1e-3)


def test_raised_arms_stay_inside() -> None:
    person = standing(0.5)
    person[[LEFT_WRIST, RIGHT_WRIST], 0] = 0.5 - 0.28

    crop = crop_of(person)

    assert crop is not None
    assert holds(crop, person)


def test_a_weak_keypoint_far_away_does_not_count() -> None:
    person = standing(0.5)
    expected = crop_of(person)
    person[LEFT_WRIST] = (0.0, 0.0, 0.1)

    assert crop_of(person) == expected


@pytest.mark.parametrize("lost", [[5, 6], [11, 12]])
def test_without_a_torso_all_of_the_picture_is_looked_at(lost: list[int]) -> None:
    person = standing()
    person[lost, 2] = 0.1

    assert crop_of(person) is None


def test_a_person_larger_than_the_picture_needs_no_crop() -> None:
    person = standing(2.0)
    person[:, 1] += 0.1

    assert crop_of(person) is None


def test_all_points_in_one_place_need_no_crop() -> None:
    assert crop_of(np.full((17, 3), 0.5, np.float32)) is None


def test_a_region_bounds_the_crop() -> None:
    """In the right half (320 by 480 pixels) a crop is never wider than its padded square of 480."""
    person = standing(0.8)
    person[:, 1] += 0.25

    crop = crop_of(person, region=Box(0.5, 0, 0.5, 1))

    assert crop is not None
    assert crop.height * 480 <= 480
    assert crop.x + crop.width / 2 == pytest.approx(0.75)


@given(
    points=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)), min_size=17, max_size=17),
    height=st.integers(16, 2000),
    width=st.integers(16, 2000),
)
def test_any_crop_is_square_bounded_and_holds_every_visible_keypoint(
    points: list[tuple[float, float, float]], height: int, width: int
) -> None:
    person = np.array(points, np.float32)

    crop = crop_of(person, (height, width))

    if crop is not None:
        assert crop.width * width == pytest.approx(crop.height * height, rel=1e-4)
        assert crop.width * width <= max(height, width) * (1 + 1e-4)
        assert holds(crop, person[person[:, 2] > 0.2])
        assert crop_of(person, (height, width)) == crop


def follow(crop: CropFollower, person: FloatArray, time_s: float, pace_px_s: float = 0.0) -> Box:
    crop.follow(*seen(person), pace_px_s, time_s, picture=PICTURE, region=FULL_FRAME)
    assert crop.crop is not None
    return crop.crop


@pytest.mark.parametrize("sway", [0.0, 0.04])
def test_with_a_still_person_the_crop_only_sways(sway: float) -> None:
    crop, rng = CropFollower(CropParameters(sway=sway)), np.random.default_rng(2)
    crops = []
    for i in range(60):
        person = standing(0.5)
        person[:, :2] += rng.normal(0, 0.0005, (17, 2)).astype(np.float32)
        crops.append(follow(crop, person, i / 30))

    middles = np.array([(box.x + box.width / 2, box.y + box.height / 2) for box in crops])
    aside = (middles - middles.mean(axis=0)) / (crops[0].width, crops[0].height)
    assert len({(box.width, box.height) for box in crops}) == 1
    assert 0.9 * sway <= np.abs(aside).max() <= 1.1 * sway + 1e-9


def test_the_crop_gives_room_to_what_moves_fast() -> None:
    still = follow(CropFollower(CropParameters()), standing(0.5), 0.0)
    crop = CropFollower(CropParameters())
    follow(crop, standing(0.5), 0.0)

    fast = follow(crop, standing(0.5), 0.1, pace_px_s=290.0)

    assert fast.height * 480 / 2 == pytest.approx(15.5 * 4.8 + 29, rel=0.02)
    assert fast.height > still.height


def test_that_room_has_a_limit() -> None:
    crop = CropFollower(CropParameters())
    follow(crop, standing(0.5), 0.0)

    assert follow(crop, standing(0.5), 0.1, pace_px_s=5000.0).height * 480 / 2 == pytest.approx(15.5 * 4.8 * 1.4)


def test_a_lost_person_is_looked_for_there_and_then_everywhere() -> None:
    crop = CropFollower(CropParameters(hold_s=0.3))
    place = follow(crop, standing(0.5), 1.0)

    crop.miss(1.2)
    assert crop.crop == place
    crop.miss(1.4)
    assert crop.crop is None


@given(
    paces=st.lists(st.floats(0, 5000), min_size=1, max_size=12),
    seed=st.integers(0, 1000),
    slack=st.floats(0, 0.5),
)
def test_a_followed_crop_is_square_bounded_holds_the_person_and_depends_on_nothing_else(
    paces: list[float], seed: int, slack: float
) -> None:
    rng = np.random.default_rng(seed)
    twins = [CropFollower(CropParameters(slack=slack)) for _ in range(2)]
    for i, pace_px_s in enumerate(paces):
        person = standing(float(rng.uniform(0.3, 0.7)))
        person[:, :2] += rng.normal(0, 0.03, (17, 2)).astype(np.float32)
        for twin in twins:
            twin.follow(*seen(person), pace_px_s, i / 15, picture=PICTURE, region=FULL_FRAME)
        crop = twins[0].crop
        assert crop == twins[1].crop
        if crop is not None:
            assert crop.width * 640 == pytest.approx(crop.height * 480, rel=1e-4)
            assert crop.width <= 1 + 1e-6
            assert holds(crop, person[person[:, 2] > 0.2])
