from __future__ import annotations

import numpy as np
import pytest

from edge.scene.room import Block
from edge.scene.truth import ACTIONS, SCENE_CLASSES, PersonTruth, Visibility, scene_class_of
from edge.tracking.keypoints import COCO_17
from edge.types import Box
from tests.scene.support import actor, scene_of

ROW = {name: row for row, name in enumerate(COCO_17.names)}


def person(id: int = 1, *, visible: int = 17, on_floor: bool = False) -> PersonTruth:
    keypoints = np.zeros((17, 3), np.float32)
    keypoints[:visible, 2] = Visibility.VISIBLE
    return PersonTruth(id, "stand", keypoints, Box(0, 0, 1, 1), on_floor)


def test_the_class_of_a_picture() -> None:
    assert scene_class_of((), darkness=0, covered=0) == "empty_room"
    assert scene_class_of((person(visible=2),), darkness=0, covered=0) == "empty_room"
    assert scene_class_of((person(),), darkness=0, covered=0) == "one_person"
    assert scene_class_of((person(1), person(2)), darkness=0, covered=0) == "several_people"
    assert scene_class_of((person(1), person(2, on_floor=True)), darkness=0, covered=0) == "person_on_floor"
    assert scene_class_of((person(),), darkness=1, covered=0) == "lights_off"
    assert scene_class_of((person(),), darkness=1, covered=1) == "camera_covered"


def test_words_are_unique() -> None:
    assert len(set(ACTIONS)) == len(ACTIONS)
    assert len(set(SCENE_CLASSES)) == 6


def test_left_is_at_the_right_of_somebody_who_faces_the_camera() -> None:
    for face_deg, sign in ((-90.0, 1), (90.0, -1)):
        _, truth = scene_of(actor(face_deg=face_deg)).render(1.0)
        keypoints = truth.people[0].keypoints
        for pair in ("shoulder", "elbow", "wrist", "hip", "ear"):
            across = keypoints[ROW[f"left_{pair}"], 1] - keypoints[ROW[f"right_{pair}"], 1]
            assert sign * across > 0.005, (face_deg, pair)


def test_a_face_is_seen_from_the_front_only() -> None:
    face = [ROW[name] for name in ("nose", "left_eye", "right_eye")]
    seen = {}
    for face_deg in (-90.0, 90.0):
        _, truth = scene_of(actor(face_deg=face_deg)).render(1.0)
        seen[face_deg] = truth.people[0].keypoints[face, 2]
    assert (seen[-90.0] == Visibility.VISIBLE).all()
    assert (seen[90.0] == Visibility.OCCLUDED).all()


def test_from_the_side_the_far_arm_is_hidden_by_the_body() -> None:
    _, truth = scene_of(actor(face_deg=0.0)).render(1.0)
    keypoints = truth.people[0].keypoints
    assert keypoints[ROW["right_shoulder"], 2] == Visibility.VISIBLE
    assert keypoints[ROW["left_shoulder"], 2] == Visibility.OCCLUDED
    assert keypoints[ROW["left_ear"], 2] == Visibility.OCCLUDED


def test_what_stands_in_front_hides_and_what_stands_behind_does_not() -> None:
    wall = Block((0.0, 2.0), (1.0, 0.2, 0.9), (90.0, 90.0, 90.0))
    behind = Block((0.0, 4.0), (1.0, 0.2, 0.9), (90.0, 90.0, 90.0))
    _, hidden = scene_of(actor(), blocks=(wall,)).render(1.0)
    _, free = scene_of(actor(), blocks=(behind,)).render(1.0)
    low, high = [ROW["left_knee"], ROW["right_ankle"]], [ROW["nose"], ROW["left_shoulder"]]
    assert (hidden.people[0].keypoints[low, 2] == Visibility.OCCLUDED).all()
    assert (hidden.people[0].keypoints[high, 2] == Visibility.VISIBLE).all()
    assert (free.people[0].keypoints[low, 2] == Visibility.VISIBLE).all()
    np.testing.assert_array_equal(hidden.people[0].keypoints[:, :2], free.people[0].keypoints[:, :2])


def test_what_leaves_the_frame_is_outside_and_still_exact() -> None:
    _, truth = scene_of(actor(at=(0.0, 1.3))).render(1.0)
    keypoints = truth.people[0].keypoints
    assert keypoints[ROW["left_ankle"], 2] == Visibility.OUTSIDE
    assert keypoints[ROW["left_ankle"], 0] > 1
    assert keypoints[ROW["left_shoulder"], 2] == Visibility.VISIBLE
    box = truth.people[0].box
    assert 0 <= box.y <= box.y + box.height <= 1


def test_somebody_wholly_out_of_sight_is_not_in_the_truth() -> None:
    for position in ((6.0, 3.0), (0.0, -2.0)):
        _, truth = scene_of(actor(at=position)).render(1.0)
        assert truth.people == ()
        assert truth.scene_class == "empty_room"


@pytest.mark.parametrize("action", ["stand", "wave", "jumping_jack", "squat", "lie"])
def test_keypoints_lie_on_the_drawn_person(action: str) -> None:
    """Around each visible keypoint the picture differs from that of the empty room; far from the box it does not."""
    at = (0.0, 4.2) if action == "lie" else (0.0, 3.2)
    image, truth = scene_of(actor(action, at=at)).render(1.3)  # type: ignore[arg-type]
    empty, _ = scene_of().render(1.3)
    changed = np.abs(image.astype(int) - empty).max(axis=2)
    (found,) = truth.people
    seen = found.keypoints[found.keypoints[:, 2] == Visibility.VISIBLE]
    assert len(seen) >= 5
    for y, x, _ in seen.tolist():
        row, column = int(y * 240), int(x * 320)
        assert changed[row - 1 : row + 2, column - 1 : column + 2].max() > 12, (y, x)
    top = int(found.box.y * 240) - 2
    assert changed[:top].max() <= 1
    inside = found.keypoints[found.keypoints[:, 2] > Visibility.OUTSIDE]
    assert (inside[:, 1] >= found.box.x).all()
    assert (inside[:, 1] <= found.box.x + found.box.width).all()
    assert (inside[:, 0] >= found.box.y).all()
    assert (inside[:, 0] <= found.box.y + found.box.height).all()
