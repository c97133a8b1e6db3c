"""Several people in photographs, with models of a single person."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.pose_models import known_people
from bench.starter.people import SHARED
from edge.library import open_task
from edge.tasks.pose.result import PoseResult
from edge.tracking.geometry import oks

if TYPE_CHECKING:
    from bench.starter.people import Case
    from edge.types import FloatArray, ImageArray

MULTIPOSE_RECALL, MULTIPOSE_OKS = 0.812, 0.731
"""Of MultiPose on the same pictures."""


def similarities(model: str, *, max_people: int) -> list[float]:
    """The OKS of each person of the photographs of whom 8 keypoints are known with the most alike of those found."""
    task = open_task("pose", model=str(SHARED / f"models/movenet/{model}.tflite"), max_people=max_people)
    cases: dict[bytes, list[Case]] = defaultdict(list)
    for case in known_people():
        cases[case.image.tobytes()].append(case)
    best = []
    for same in cases.values():
        found = people(task.detect(same[0].image), same[0].image)
        best += [max((likeness(case, one) for one in found), default=0.0) for case in same]
    return best


def people(result: object, image: ImageArray) -> list[FloatArray]:
    assert isinstance(result, PoseResult)
    scale = np.array((*image.shape[:2], 0), np.float32)
    return [pose.keypoints * scale + np.array((0, 0, 1), np.float32) for pose in result.people]


def likeness(case: Case, found: FloatArray) -> float:
    return oks(case.keypoints, found, case.box.width * case.box.height, min_score=1)


@pytest.mark.no_cover
def test_lightning_finds_more_than_multipose_and_thunder_more_than_lightning() -> None:
    if not (SHARED / "media/pose_coco").exists():
        pytest.skip(f"{SHARED}/media/pose_coco is not there: no photographs of people whose keypoints are known")
    lightning = similarities("movenet_single_pose_lightning_ptq", max_people=6)
    thunder = similarities("movenet_singlepose_thunder_int8", max_people=6)

    assert len(lightning) == 16
    assert np.mean(np.array(lightning) >= 0.5) >= MULTIPOSE_RECALL
    assert np.mean(lightning) > MULTIPOSE_OKS
    assert np.mean(np.array(thunder) >= 0.5) >= np.mean(np.array(lightning) >= 0.5)
    assert np.mean(thunder) > np.mean(lightning)
