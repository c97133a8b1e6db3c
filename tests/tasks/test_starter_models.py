"""The models that come with Edge: their contract, and that they recognise scenes no training has seen.

The bounds are modest: a few pictures of each kind, as a watch over the files. The figures stand on the cards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.seeds import JUDGING
from bench.starter.action import watch
from bench.starter.classification import judge
from bench.starter.crowds import crowds
from bench.starter.people import drawn_people, similarity
from bench.starter.several import judge as judge_several
from edge.runtime.catalog import load_catalog
from edge.runtime.interpreter import TfliteModel
from edge.runtime.metadata import read_metadata
from edge.runtime.store.resolve import stored_model
from edge.scene.truth import ACTIONS, SCENE_CLASSES
from edge.tasks.action.movinet import MoViNet
from edge.tasks.common.look import Look
from edge.tasks.pose.movenet import MoveNet
from tests.support import ROOT, STARTED, make_frame

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.model import Tensor
    from edge.types import TaskName

MOST_BYTES = 6_000_000


def described(tensor: Tensor) -> tuple[tuple[int, ...], str]:
    return tensor.shape, tensor.dtype.name


def starter(task: TaskName) -> Path:
    return stored_model(task, f"starter-{task}")


@pytest.mark.parametrize("task", STARTED)
def test_each_is_small_has_a_card_and_is_what_the_catalogue_says(task: TaskName) -> None:
    entry = load_catalog().model(f"starter-{task}")
    file = entry.file("cpu")
    assert file is not None
    path = file.bundled_path()
    assert path is not None
    image = next(tensor for tensor in TfliteModel(path, threads=1).inputs.values() if tensor.shape[-1:] == (3,))

    assert path.stat().st_size <= MOST_BYTES
    assert image.shape[-3:-1] == entry.input_px
    assert (image.dtype == np.uint8) == (entry.normalization.std == (1,))
    assert (ROOT / "models" / entry.card).read_text().startswith("# ")


def test_pose_is_as_movenet_is() -> None:
    model = TfliteModel(starter("pose"), threads=1)
    ((image,), (output,)) = model.inputs.values(), model.outputs.values()

    assert described(image) == ((1, 192, 192, 3), "uint8")
    assert described(output) == ((1, 1, 17, 3), "float32")
    assert MoveNet(starter("pose"), TfliteModel).traits.is_single


def test_several_people_come_as_from_multipose() -> None:
    path = stored_model("pose", "starter-multipose")
    model = TfliteModel(path, threads=1)
    ((image,), (output,)) = model.inputs.values(), model.outputs.values()

    assert described(image) == ((1, 256, 256, 3), "uint8")
    assert described(output) == ((1, 6, 56), "float32")
    assert not MoveNet(path, TfliteModel).traits.is_single
    assert path.stat().st_size <= MOST_BYTES


def test_classification_is_as_efficientnet_lite_is_with_the_scene_s_classes_inside() -> None:
    model = TfliteModel(starter("classification"), threads=1)
    ((image,), (output,)) = model.inputs.values(), model.outputs.values()

    assert described(image) == ((1, 224, 224, 3), "uint8")
    assert described(output) == ((1, len(SCENE_CLASSES)), "uint8")
    assert read_metadata(starter("classification")).label_files[""] == SCENE_CLASSES


def test_action_is_as_a_movinet_stream_is_with_the_scene_s_actions_inside() -> None:
    model = TfliteModel(starter("action"), threads=1)
    states = model.inputs.keys() & model.outputs.keys()

    assert {name: model.inputs[name].shape for name in model.inputs.keys() - states} == {"image": (1, 1, 172, 172, 3)}
    assert {name: model.outputs[name].shape for name in model.outputs.keys() - states} == {"logits": (1, len(ACTIONS))}
    assert read_metadata(starter("action")).label_files[""] == ACTIONS


@pytest.mark.long
def test_drawn_people_are_found() -> None:
    task = MoveNet(starter("pose"), TfliteModel)

    found = [similarity(task, case) for case in drawn_people(10)]

    assert np.mean(found) > 0.65


@pytest.mark.long
def test_each_of_several_drawn_people_is_found() -> None:
    (score,) = judge_several([stored_model("pose", "starter-multipose")], crowds(JUDGING[:4], 3))

    assert score.pictures == 8
    assert score.recall > 0.9
    assert score.others <= 1


@pytest.mark.long
def test_scenes_are_told_apart() -> None:
    (report,) = judge([starter("classification")], JUDGING[:5])

    assert report.pictures == 10
    assert report.top1 > 0.8


@pytest.mark.long
def test_actions_are_told_apart() -> None:
    task = MoViNet(starter("action"), TfliteModel)

    answers = [watch([task], seed)[0] for seed in JUDGING[:3]]

    assert np.mean([answer.is_right for answer in answers]) > 0.6


def test_an_empty_room_holds_nobody() -> None:
    (score,) = judge_several([stored_model("pose", "starter-multipose")], crowds(JUDGING[:2], 0))
    assert (score.pictures, score.others) == (4, 0)


def test_an_empty_picture_holds_nobody_for_certain() -> None:
    task = MoveNet(starter("pose"), TfliteModel)
    assert task.observe(make_frame(), Look()).values[0][:, 2].mean() < 0.5
