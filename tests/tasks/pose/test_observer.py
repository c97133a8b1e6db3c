"""Looking a second time at the same frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.pose.movenet import MoveNet
from edge.tasks.pose.observer import look_closer
from edge.types import Box
from tests.support import make_frame
from tests.tflite import dot_pose

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import FloatArray, Frame

CROP = Box(0.375, 1 / 3, 0.25, 1 / 3)
WHOLE = Look()


@pytest.fixture
def task(tmp_path: Path) -> MoveNet:
    return MoveNet(dot_pose(tmp_path / "pose.tflite"), TfliteModel)


def dot() -> Frame:
    """Black, with a red square of 20 pixels in the middle."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[230:250, 310:330, 0] = 255
    return make_frame(image)


def test_a_second_look_counts_where_one_is_asked_for(task: MoveNet) -> None:
    whole, close = task.observe(dot(), WHOLE).values, task.observe(dot(), Look(CROP)).values
    told: list[FloatArray] = []

    def closer(people: FloatArray) -> Box:
        told.append(people)
        return CROP

    np.testing.assert_array_equal(look_closer(task, dot(), WHOLE, closer).values, close)
    np.testing.assert_array_equal(told[0], whole)


def test_where_none_is_asked_for_the_first_counts(task: MoveNet) -> None:
    whole = task.observe(dot(), WHOLE).values

    np.testing.assert_array_equal(look_closer(task, dot(), WHOLE, lambda _: None).values, whole)
