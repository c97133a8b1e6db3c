"""What a task asks of a model can be had from another process, and moves from one backend to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.config.sections import Settings
from edge.errors import ModelError
from edge.runtime.interpreter import TfliteModel
from edge.runtime.model import Model, Tensor, warm
from edge.tasks.action.movinet import MoViNet
from edge.tasks.classification.classifier import Classifier
from edge.tasks.common.look import STRETCHED, Look
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.side_inputs import LiveSideInputs
from edge.tasks.pose.movenet import MoveNet
from edge.tasks.pose.processor import PoseProcessor
from edge.tasks.pose.settings import PoseSettings
from tests.runtime.worker_model import WorkerModel
from tests.support import make_frame
from tests.tflite import append_files, colour_classifier, dot_pose, summing_action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge.types import FloatArray
    from tests.support import SharedData

LABELS = {"labels.txt": "red\ngreen\nblue"}
BLACK = np.zeros((16, 16, 3), np.uint8)
RED = make_frame(np.full((16, 16, 3), (240, 40, 0), np.uint8))


@pytest.fixture
def open_elsewhere() -> Iterator[Callable[..., WorkerModel]]:
    opened: list[WorkerModel] = []

    def open_model(path: Path, *, free_px: Callable[[], tuple[int, int]] | None = None) -> WorkerModel:
        opened.append(WorkerModel(path, free_px=free_px))
        return opened[-1]

    yield open_model
    for model in opened:
        model.close()


def test_a_model_is_warmed_with_zeros_not_with_what_memory_holds(shared: SharedData) -> None:
    """The attention mesh looks things up at the places it sees; of a wild picture these lie beyond all there is."""
    model = TfliteModel(shared.path("models/mediapipe/face_landmark_with_attention_stockops_f16.tflite"))
    (image,) = model.inputs.values()
    model.view(image)[...] = np.random.default_rng(1).normal(0, 1e4, image.shape)
    with pytest.raises(ModelError, match="failed while running"):
        model.invoke()

    warm(model)

    assert not model.view(image).any()


def test_people_are_found_by_a_model_in_another_process(
    tmp_path: Path, open_elsewhere: Callable[..., WorkerModel]
) -> None:
    path = dot_pose(tmp_path / "pose.tflite")

    here, there = (MoveNet(path, opener).observe(RED, Look()).values for opener in (TfliteModel, open_elsewhere))

    np.testing.assert_array_equal(there, here)


def test_classes_are_scored_by_a_model_in_another_process(
    tmp_path: Path, open_elsewhere: Callable[..., WorkerModel]
) -> None:
    path = append_files(colour_classifier(tmp_path / "colour.tflite", dtype="int8"), LABELS)

    here, there = (Classifier(path, opener).observe(RED, STRETCHED).values for opener in (TfliteModel, open_elsewhere))

    np.testing.assert_array_equal(there, here)


def test_states_go_round_through_another_process(tmp_path: Path, open_elsewhere: Callable[..., WorkerModel]) -> None:
    path = append_files(summing_action(tmp_path / "sum.tflite"), LABELS)

    def fed(task: MoViNet) -> list[FloatArray]:
        scores = [task.observe(RED, STRETCHED).values for _ in range(3)]
        task.reset()
        return [*scores, task.observe(RED, STRETCHED).values]

    here, there = fed(MoViNet(path, TfliteModel)), fed(MoViNet(path, open_elsewhere))

    np.testing.assert_array_equal(there, here)
    np.testing.assert_array_equal(there[0], there[3])


def test_each_result_says_what_computed_it(tmp_path: Path) -> None:
    class Moving(TfliteModel):
        """As when the accelerator is lost: what runs next may be something else."""

        def invoke(self) -> None:
            super().invoke()
            self.backend = "edgetpu" if self.backend == "cpu" else "cpu"

    task = MoveNet(dot_pose(tmp_path / "pose.tflite"), Moving)
    processor = PoseProcessor(
        ChosenModel("toy", tmp_path), task, Settings(PoseSettings(max_people=1)), Occupancy(), LiveSideInputs()
    )

    results = [processor.process(make_frame(BLACK, time_s=i / 10)) for i in range(4)]

    assert [result.backend for result in results if result] == ["edgetpu", "cpu", "edgetpu", "cpu"]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16"])
def test_what_is_stored_is_what_is_read(dtype: str) -> None:
    tensor = Tensor("t", 0, (4,), np.dtype(dtype), 0.25, 3)
    view = np.zeros(4, dtype)

    tensor.store(np.array((-1.0, 0.0, 0.5, 7.25), np.float32), view)

    least = -0.75 if dtype == "uint8" else -1.0  # which is stored as 0, the lowest of its type
    assert tensor.real(view).tolist() == [least, 0.0, 0.5, 7.25]


def test_what_is_beyond_the_type_is_its_end() -> None:
    tensor = Tensor("t", 0, (2,), np.dtype(np.int8), 1.0, 0)
    view = np.zeros(2, np.int8)

    tensor.store(np.array((-1000.0, 1000.0), np.float32), view)

    assert view.tolist() == [-128, 127]


def test_what_is_not_quantised_is_copied() -> None:
    tensor = Tensor("t", 0, (2,), np.dtype(np.float32), 0.0, 0)
    view = np.zeros(2, np.float32)

    tensor.store(np.array((0.1, 0.2), np.float32), view)
    real = tensor.real(view)
    view[0] = 9

    np.testing.assert_array_equal(real, np.array((0.1, 0.2), np.float32))


def test_the_interpreter_is_a_model(tmp_path: Path) -> None:
    """Which the type checker holds."""
    model: Model = TfliteModel(dot_pose(tmp_path / "pose.tflite"))

    assert model.backend == "cpu"
