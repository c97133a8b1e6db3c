"""What models are told of the EdgeTPU that they are to run on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.runtime.device_choice import parse_device
from edge.runtime.edgetpu.model import EdgeTpuModel
from edge.runtime.edgetpu.opened_model import OpenedModel
from edge.runtime.edgetpu.supervised_models import SupervisedModels
from edge.runtime.edgetpu.variants import Tensors
from edge.runtime.interpreter import TfliteModel, describe
from tests.tflite import two_tensors

if TYPE_CHECKING:
    from pathlib import Path

REFUSED = "the EdgeTPU cannot run it: it is too large"


@pytest.fixture
def pose(tmp_path: Path) -> EdgeTpuModel:
    return doubling(tmp_path / "pose.tflite")


@pytest.fixture
def action(tmp_path: Path) -> EdgeTpuModel:
    return doubling(tmp_path / "action.tflite")


def doubling(path: Path) -> EdgeTpuModel:
    two_tensors(path)
    return EdgeTpuModel(path, Tensors(*describe(path)), TfliteModel(path))


def opened(user: str, model: EdgeTpuModel) -> OpenedModel:
    return OpenedModel.of(user, parse_device("auto"), model, lambda: None)


def test_they_are_wanted_for_as_long_as_somebody_has_them(pose: EdgeTpuModel) -> None:
    models, one = SupervisedModels(), opened("pose", pose)
    assert models.give((one,))
    assert not models.give((one,)), "nothing has changed"
    assert models.wanted() == (one,)
    assert not models.have_others_than([one])
    models.give(())
    assert models.have_others_than([one]), "or none at all"


def test_one_that_has_moved_to_another_edgetpu_is_told_nothing(pose: EdgeTpuModel, action: EdgeTpuModel) -> None:
    models, one, moved = SupervisedModels(), opened("pose", pose), opened("action", action)
    models.give((one,))
    models.fall_back([one, moved], "it is lost")
    models.refuse({moved: "it is too large"})
    assert list(models.fall_back_refused()) == []
    assert pose.reason == "it is lost"
    assert action.reason == "the EdgeTPU has not been started yet"


def test_a_refusal_is_news_once_and_stays_the_reason_while_a_worker_starts(
    pose: EdgeTpuModel, action: EdgeTpuModel
) -> None:
    models, one, other = SupervisedModels(), opened("pose", pose), opened("action", action)
    models.give((one, other))
    models.refuse({one: "it is too large"})
    assert models.users() == ("action",)
    assert list(models.fall_back_refused()) == [(one, REFUSED)]
    models.wait([one, other], "it is starting")
    assert (pose.reason, action.reason) == (REFUSED, "it is starting")
    assert list(models.fall_back_refused()) == []
    models.forget_what_was_told()
    assert list(models.fall_back_refused()) == [(one, REFUSED)]
