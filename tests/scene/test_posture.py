from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from edge.scene.posture import INDEX, LIMITS, blend, posture, smooth, within_limits


def test_what_is_not_said_is_as_when_standing_at_rest() -> None:
    squat = posture({"knee": 90.0}, left_elbow=40.0)
    assert squat[INDEX["left_knee"]] == squat[INDEX["right_knee"]] == 90.0
    assert squat[INDEX["left_elbow"]] == 40.0
    assert squat[INDEX["right_elbow"]] == posture()[INDEX["right_elbow"]]


def test_soles_stay_level_unless_told_otherwise() -> None:
    assert posture({"knee": 30.0, "hip": 20.0}, lean=5.0)[INDEX["left_ankle"]] == 15.0
    assert posture({"knee": 30.0, "ankle": -10.0})[INDEX["left_ankle"]] == -10.0


def test_no_joint_goes_beyond_its_limits() -> None:
    assert posture({"knee": -40.0})[INDEX["left_knee"]] == LIMITS["left_knee"][0]
    assert posture({"elbow": 300.0})[INDEX["right_elbow"]] == LIMITS["right_elbow"][1]


@given(st.floats(0, 1), st.integers(0, 1000))
def test_between_two_possible_postures_all_are_possible(share: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = (within_limits(rng.uniform(-200, 200, len(LIMITS))) for _ in range(2))
    between = blend(one, other, share)
    np.testing.assert_allclose(within_limits(between), between, atol=1e-9)


@given(st.floats(-1, 2), st.floats(0, 0.01))
def test_smooth_never_jumps_and_never_goes_back(share: float, step: float) -> None:
    assert 0 <= smooth(share + step) - smooth(share) <= 1.5 * step + 1e-12
    assert (smooth(0.0), smooth(1.0)) == (0.0, 1.0)
