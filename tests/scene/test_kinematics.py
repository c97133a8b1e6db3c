from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.scene.body import make_body, random_body
from edge.scene.kinematics import Skeleton, pose_skeleton
from edge.scene.posture import LIMITS, posture, within_limits
from tests.scene.support import BODY

BONES = {
    ("shoulder", "elbow"): BODY.upper_arm_m,
    ("elbow", "wrist"): BODY.forearm_m,
    ("wrist", "hand"): BODY.hand_m,
    ("hip", "knee"): BODY.thigh_m,
    ("knee", "ankle"): BODY.shank_m,
}


def length(skeleton: Skeleton, start: str, end: str) -> float:
    return float(np.linalg.norm(skeleton.points[start] - skeleton.points[end]))


@settings(max_examples=60)
@given(st.integers(0, 10_000))
def test_bones_never_stretch_and_nothing_sinks_into_the_floor(seed: int) -> None:
    rng = np.random.default_rng(seed)
    angles = within_limits(rng.uniform(-180, 180, len(LIMITS)))
    skeleton = pose_skeleton(BODY, angles, (1.0, 2.0), float(rng.uniform(0, 360)))
    for side in ("left", "right"):
        for (start, end), wanted in BONES.items():
            assert length(skeleton, f"{side}_{start}", f"{side}_{end}") == pytest.approx(wanted)
    assert length(skeleton, "left_hip", "right_hip") == pytest.approx(BODY.hip_width_m)
    assert min(point[2] for point in skeleton.points.values()) > 0


def test_somebody_who_faces_the_camera_has_the_left_hand_at_the_right_of_the_picture() -> None:
    skeleton = pose_skeleton(BODY, posture(), (0.0, 3.0), -90.0)
    assert skeleton.points["left_wrist"][0] > 0.1
    assert skeleton.points["right_wrist"][0] < -0.1
    assert skeleton.points["left_toe"][1] < skeleton.points["left_heel"][1]


def test_a_standing_body_is_as_tall_as_it_says() -> None:
    for height_m in (1.55, 1.9):
        skeleton = pose_skeleton(make_body(height_m), posture(), (0.0, 0.0), 0.0)
        assert skeleton.points["head"][2] == pytest.approx(0.92 * height_m, abs=0.03)
        assert skeleton.points["left_shoulder"][2] == pytest.approx(0.81 * height_m, abs=0.03)
        assert skeleton.points["left_knee"][2] == pytest.approx(0.285 * height_m, abs=0.02)


@pytest.mark.parametrize(
    ("angles", "point", "axis", "sign"),
    [
        ({"left_arm_raise": 90.0}, "left_hand", 0, 1),
        ({"left_arm_out": 90.0}, "left_hand", 1, 1),
        ({"right_arm_out": 90.0}, "right_hand", 1, -1),
        ({"left_hip": 60.0}, "left_knee", 0, 1),
        ({"left_knee": 90.0, "left_hip": 10.0}, "left_ankle", 0, -1),
        ({"bend": 60.0}, "head", 0, 1),
        ({"side": 30.0}, "head", 1, 1),
        ({"roll": 60.0}, "head", 1, 1),
    ],
)
def test_positive_angles_go_where_they_are_said_to(angles: dict[str, float], point: str, axis: int, sign: int) -> None:
    moved = pose_skeleton(BODY, posture({}, **angles), (0.0, 0.0), 0.0)
    rest = pose_skeleton(BODY, posture(), (0.0, 0.0), 0.0)
    # Seen from the hips: planted feet take the rest of the body along.
    step = (moved.points[point] - moved.points["pelvis"]) - (rest.points[point] - rest.points["pelvis"])
    assert sign * step[axis] > 0.1


def test_lift_leaves_the_floor() -> None:
    low, high = (pose_skeleton(BODY, posture(lift=lift), (0.0, 0.0), 0.0) for lift in (0.0, 0.1))
    assert high.points["left_heel"][2] - low.points["left_heel"][2] == pytest.approx(0.1 * BODY.height_m)


def test_bodies_differ() -> None:
    rng = np.random.default_rng(1)
    heights = {round(random_body(rng).height_m, 3) for _ in range(20)}
    assert len(heights) > 15
    assert all(1.5 <= height <= 1.95 for height in heights)
