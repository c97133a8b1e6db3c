"""The starter model that lies in the repository: MoveNet's contract, and that it finds people."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from bench.starter.people import Case, drawn_people, similarity
from bench.starter.pose import STARTER
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.common.observer import Observation
from edge.tasks.pose.movenet import MoveNet
from edge.types import FloatArray, Frame, ImageArray


@pytest.fixture(scope="module")
def task() -> MoveNet:
    return MoveNet(STARTER, TfliteModel)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return list(drawn_people(24))


def test_it_takes_and_gives_what_movenet_does() -> None:
    model = TfliteModel(STARTER, threads=1)
    assert [(name, tensor.shape, tensor.dtype) for name, tensor in model.inputs.items()] == [
        ("input", (1, 192, 192, 3), np.dtype(np.uint8))
    ]
    assert [(name, tensor.shape, tensor.dtype) for name, tensor in model.outputs.items()] == [
        ("output_0", (1, 1, 17, 3), np.dtype(np.float32))
    ]


def test_it_is_small_enough_to_ship() -> None:
    assert STARTER.stat().st_size < 6_000_000


def test_it_finds_drawn_people(task: MoveNet, cases: list[Case]) -> None:
    assert statistics.fmean(similarity(task, case) for case in cases) > 0.75


def test_it_is_sure_of_people_and_not_of_nothing(task: MoveNet, cases: list[Case]) -> None:
    people = statistics.fmean(_score(task, case.image) for case in cases)
    assert people > 2 * _score(task, np.full((480, 640, 3), 128, np.uint8))


def _score(task: MoveNet, image: ImageArray) -> float:
    return float(task.observe(Frame(0, image, 0, 0), Look()).values[0, :, 2].mean())


def test_the_measure_is_one_for_the_truth_and_falls_with_distance(cases: list[Case]) -> None:
    exact, near, far = (similarity(_Answer(cases[0], shift_px), cases[0]) for shift_px in (0.0, 5.0, 30.0))
    assert exact == pytest.approx(1)
    assert 1 > near > far


class _Answer:
    """Gives the truth, moved."""

    def __init__(self, case: Case, shift_px: float) -> None:
        found = case.keypoints.copy()
        found[:, :2] = (found[:, :2] + shift_px) / case.image.shape[:2]
        self._found = Observation(found[None], 0.0, "cpu")

    def observe(self, _frame: Frame, _look: Look) -> Observation[FloatArray]:
        return self._found
