"""Stream models whose states go round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelError, ModelOutputError
from edge.runtime.interpreter import TfliteModel
from edge.tasks.action.movinet import MoViNet
from edge.tasks.common.look import STRETCHED
from tests.odd_models import summing_bytes, summing_shares
from tests.support import make_frame
from tests.tflite import append_files, colour_classifier, summing_action

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import FloatArray, Frame
    from tests.support import SharedData

RED = np.full((8, 8, 3), (255, 0, 0), np.uint8)


def red() -> Frame:
    return make_frame(RED)


def summing(tmp_path: Path) -> MoViNet:
    return MoViNet(append_files(summing_action(tmp_path / "m.tflite"), {"l.txt": "a\nb\nc"}), TfliteModel)


def state_of(task: MoViNet) -> FloatArray:
    """What the state ``sum`` stands for."""
    tensor = task.model.inputs["sum"]
    return tensor.real(task.model.view(tensor))


def logit_difference(scores: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    return float(np.log(scores[0] / scores[1]))


def test_states_are_carried_from_frame_to_frame(tmp_path: Path) -> None:
    """Each red frame adds 1 to the first logit."""
    task = summing(tmp_path)

    differences = [logit_difference(task.observe(red(), STRETCHED).values) for _ in range(3)]

    assert differences == pytest.approx([1, 2, 3], abs=1e-4)


def test_reset_forgets(tmp_path: Path) -> None:
    task = summing(tmp_path)
    task.observe(red(), STRETCHED)

    task.reset()

    assert logit_difference(task.observe(red(), STRETCHED).values) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("state_in", "state_out"),
    [
        (("int8", 0.05, -20), ("int8", 0.05, -20)),
        (("uint8", 0.05, 90), ("uint8", 0.05, 90)),
        (("int8", 0.05, -20), ("int8", 0.1, 5)),
        (("uint8", 0.05, 90), ("int8", 0.04, -100)),
        (("int16", 0.001, 0), ("int8", 0.04, -100)),
    ],
)
def test_quantised_states_stand_for_zero_at_first_and_are_carried(
    tmp_path: Path, state_in: tuple[str, float, int], state_out: tuple[str, float, int]
) -> None:
    """Each red frame adds 1 to the first logit."""
    task = MoViNet(summing_bytes(tmp_path / "m.tflite", state_in, state_out), TfliteModel)
    assert not state_of(task).any()

    differences = [logit_difference(task.observe(red(), STRETCHED).values) for _ in range(3)]
    task.reset()

    assert not state_of(task).any()
    assert differences == pytest.approx([1, 2, 3], abs=0.15)
    assert logit_difference(task.observe(red(), STRETCHED).values) == pytest.approx(1, abs=0.05)


@pytest.mark.filterwarnings("error")
def test_what_is_no_number_is_an_error_and_forgotten(tmp_path: Path) -> None:
    task = MoViNet(summing_shares(tmp_path / "m.tflite"), TfliteModel)
    task.observe(red(), STRETCHED)

    for _ in range(2):
        with pytest.raises(ModelOutputError, match=r"m.tflite: the model's answer is not a number"):
            task.observe(make_frame(np.zeros_like(RED)), STRETCHED)

    assert logit_difference(task.observe(red(), STRETCHED).values) == pytest.approx(1, abs=1e-4)


def test_an_open_size_that_nothing_states_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"m.tflite: the model takes pictures of any size.*set action.model to"):
        MoViNet(summing_action(tmp_path / "m.tflite", size=1), TfliteModel)


def test_scores_are_probabilities(tmp_path: Path) -> None:
    assert summing(tmp_path).observe(red(), STRETCHED).values.sum() == pytest.approx(1, abs=1e-6)


def test_a_model_without_states_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"not a streaming action model.*set action.model"):
        MoViNet(colour_classifier(tmp_path / "colour.tflite"), TfliteModel)


def test_a_label_file_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("one\ntwo\n", encoding="utf-8")

    with pytest.raises(ModelError, match=r"2 labels, but .* has 3 classes"):
        MoViNet(summing_action(tmp_path / "m.tflite"), TfliteModel, labels_file=labels)


def test_movinet_moves_only_the_states_that_change(shared: SharedData) -> None:
    task = MoViNet(
        shared.path("models/movinet/movinet_a0_stream_int8.tflite"),
        TfliteModel,
        labels_file=shared.path("labels/kinetics600_label_map.txt"),
    )

    first = task.observe(make_frame(), STRETCHED).values
    second = task.observe(make_frame(), STRETCHED).values
    task.reset()

    assert first.shape == (600,)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(task.observe(make_frame(), STRETCHED).values, first)
