"""Several looks at one frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.pose.movenet import MoveNet
from edge.tasks.pose.sight import Aim, Looks
from edge.types import Box
from tests.support import make_frame
from tests.tflite import dot_pose

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Frame

CROP = Box(0.375, 1 / 3, 0.25, 1 / 3)


@pytest.fixture
def task(tmp_path: Path) -> MoveNet:
    return MoveNet(dot_pose(tmp_path / "pose.tflite"), TfliteModel)


def dot() -> Frame:
    """Black, with a red square of 20 pixels in the middle."""
    image = np.zeros((480, 640, 3), np.uint8)
    image[230:250, 310:330, 0] = 255
    return make_frame(image)


def test_the_time_of_several_looks_is_that_of_all(task: MoveNet) -> None:
    looks = Looks(task, dot(), Look())

    whole, close = looks.at(Aim()), looks.at(Aim(crop=CROP))

    np.testing.assert_array_equal(whole, task.observe(dot(), Look()).values)
    np.testing.assert_array_equal(close, task.observe(dot(), Look(CROP)).values)
    assert looks.count == 2
    assert looks.mean_ms == pytest.approx(looks.inference_ms / 2)


def test_who_is_hidden_is_not_seen(task: MoveNet) -> None:
    looks = Looks(task, dot(), Look())

    seen, hidden = looks.at(Aim()), looks.at(Aim(hidden=(CROP,)))

    assert seen[0, :, 2].mean() > 2 * hidden[0, :, 2].mean()
