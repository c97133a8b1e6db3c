"""People who were found beside people who are there."""

from __future__ import annotations

import numpy as np
import pytest

from edge.tasks.common.evaluation.entry import Annotation
from edge.tasks.pose.evaluation import MODES, check, judge, judge_one, squares
from edge.tasks.pose.result import Pose, PoseResult
from edge.tracking.keypoints import COCO_17
from edge.types import FULL_FRAME
from tests.support import make_frame

PICTURE, PERSON = MODES
WIDTH, HEIGHT = 640, 480


def somebody(x_px: float = 100.0, *, labelled: int = 17) -> Annotation:
    """Upright, 100 pixels between the left shoulder and the right hip; the first keypoints are labelled."""
    keypoints = np.array([(x_px, 100 + 10 * row, 2 * (row < labelled)) for row in range(17)], np.float32)
    keypoints[12, 1] = keypoints[5, 1] + 100
    return Annotation(COCO_17.names, keypoints, (x_px - 20, 100, 40, 200), 8000.0)


def pose(person: Annotation, *, off_px: float = 0.0, score: float = 0.8) -> Pose:
    """Who was found there, so far to the right."""
    places = (person.keypoints[:, :2] + (off_px, 0)) / (WIDTH, HEIGHT)
    keypoints = np.column_stack((places[:, ::-1], np.full(17, score))).astype(np.float32)
    return Pose(1, score, FULL_FRAME, keypoints)


def result(*people: Pose) -> PoseResult:
    return PoseResult(make_frame(), "m", "cpu", 1.0, people)


def test_whoever_is_found_exactly_counts_fully() -> None:
    near, far = somebody(), somebody(400.0)
    figures = PICTURE.figures([judge(result(pose(far), pose(near)), (near, far))])
    assert {one.name: one.value for one in figures} == pytest.approx(
        {"AP": 1.0, "AP50": 1.0, "AP75": 1.0, "AR": 1.0, "OKS": 1.0, "PDJ@0.2": 1.0}
    )


def test_whoever_is_missed_counts_as_nothing() -> None:
    near, far = somebody(), somebody(400.0)
    values = {one.name: one.value for one in PICTURE.figures([judge(result(pose(near)), (near, far))])}
    assert [values[name] for name in ("OKS", "AR", "PDJ@0.2")] == pytest.approx([0.5] * 3)


@pytest.mark.parametrize(("off_px", "share"), [(19.0, 1.0), (21.0, 0.0)])
def test_a_joint_is_detected_within_a_fifth_of_the_torso(off_px: float, share: float) -> None:
    person = somebody()
    judged = judge_one(result(pose(person, off_px=off_px)), (person,))
    _, pdj = PERSON.figures([judged])
    assert (pdj.name, pdj.value, pdj.count, pdj.of) == ("PDJ@0.2", share, 17, "keypoints")


def test_without_a_torso_no_joint_is_counted() -> None:
    person = somebody(labelled=9)
    oks, pdj = PERSON.figures([judge_one(result(pose(person)), (person,))])
    assert (oks.value, oks.count) == (1.0, 1)
    assert (pdj.value, pdj.count) == (None, 0)


def test_nobody_found_counts_as_nothing() -> None:
    person = somebody()
    assert judge_one(result(), (person,)).people[0].oks == 0.0


def test_a_view_is_the_square_around_somebody_black_beyond_the_picture() -> None:
    image = np.full((HEIGHT, WIDTH, 3), 200, np.uint8)
    ((view, (person,)),) = squares(image, (somebody(20.0), somebody(300.0, labelled=7)))
    assert view.shape == (250, 250, 3)
    assert view[:, 0].max() == 0
    assert view[:, 125].min() == 200
    assert person.keypoints[0].tolist() == [125, 25, 2]
    assert person.box_px == pytest.approx((105, 25, 40, 200))


def test_keypoints_of_another_kind_are_refused() -> None:
    other = Annotation(("nose",), np.zeros((1, 3), np.float32), (0, 0, 1, 1), 1.0)
    with pytest.raises(ValueError, match="its keypoints are not the 17 of COCO"):
        check(other)
