from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.training.pose.targets import KEYPOINTS, OCCLUDED_PEAK, STRIDE, Targets, targets
from tests.training.pose.people import somebody

if TYPE_CHECKING:
    from edge.types import FloatArray

SIDE_PX = 96


def _read(maps: Targets) -> FloatArray:
    """The keypoints that the peaks and the offsets say, in pixels."""
    found = np.zeros((KEYPOINTS, 2), np.float32)
    for number in range(KEYPOINTS):
        heat = maps.keypoints[..., number]
        y, x = np.unravel_index(heat.argmax(), heat.shape)
        found[number] = maps.offsets[y, x, 2 * number : 2 * number + 2] + (y + 0.5, x + 0.5)
    return found * STRIDE


def test_peaks_and_offsets_say_where_the_keypoints_are() -> None:
    person = somebody(50, 40, 60)
    maps = targets([person], SIDE_PX)
    assert _read(maps) == pytest.approx(person.keypoints[:, :2], abs=1e-3)
    assert maps.keypoints.max(axis=(0, 1)) == pytest.approx(np.ones(KEYPOINTS))


def test_the_centre_points_to_the_keypoints() -> None:
    person = somebody(50, 40, 60)
    maps = targets([person], SIDE_PX)
    y, x = np.unravel_index(maps.centre.argmax(), maps.centre.shape[:2])
    pointed = np.add(maps.regression[y, x].reshape(KEYPOINTS, 2), (y + 0.5, x + 0.5)) * STRIDE
    assert pointed == pytest.approx(person.keypoints[:, :2], abs=1e-3)
    assert (maps.regression_weights[y, x] == 1).all()


def test_a_hidden_keypoint_has_a_lower_peak_and_one_outside_none() -> None:
    person = somebody(50, 40, 60)
    person.keypoints[3, 2], person.keypoints[4, 2] = 1, 0
    maps = targets([person], SIDE_PX)
    assert maps.keypoints[..., 3].max() == pytest.approx(OCCLUDED_PEAK)
    assert maps.keypoints[..., 4].max() == 0
    assert maps.offset_weights[..., 4].max() == 0
    assert maps.regression_weights[..., 4].max() == 0


def test_each_of_two_people_is_pointed_to_from_their_own_centre() -> None:
    left, right = somebody(50, 25, 30), somebody(50, 70, 30)
    maps = targets([left, right], SIDE_PX)
    for person in (left, right):
        y, x = np.floor(person.keypoints[:, :2].mean(axis=0) / STRIDE).astype(int)
        assert maps.centre[y, x, 0] == 1
        pointed = np.add(maps.regression[y, x].reshape(KEYPOINTS, 2), (y + 0.5, x + 0.5)) * STRIDE
        assert pointed == pytest.approx(person.keypoints[:, :2], abs=1e-3)


def test_nobody_gives_empty_maps() -> None:
    maps = targets([], SIDE_PX)
    assert maps.centre.max() == maps.keypoints.max() == maps.offset_weights.max() == 0


def test_somebody_who_is_hidden_is_not_looked_for() -> None:
    person = somebody(50, 40, 60, visibility=1)
    person.keypoints[:2, 2] = 2
    assert targets([person], SIDE_PX).keypoints.max() == 0
    person.keypoints[2, 2] = 2
    assert targets([person], SIDE_PX).keypoints.max() == 1
