"""A model alone and its pipeline are measured in turn."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from edge.benchmark import rounds
from edge.benchmark.devices import CpuDevice
from edge.benchmark.frames import draw_pictures
from edge.benchmark.rounds import measure
from edge.benchmark.workload import Workload, load_workload
from edge.config.load import load
from edge.errors import ModelError
from edge.settings import SCHEMA
from edge.tasks.common.model_choice import choose_model
from tests.cli.toys import action_model, colour_model, pose_model
from tests.support import TASK_NAMES
from tests.tasks.face.toys import face_bundle
from tests.tasks.hands.toys import hand_bundle

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Frame

TOYS = {
    "pose": pose_model,
    "classification": colour_model,
    "action": action_model,
    "hands": hand_bundle,
    "face": face_bundle,
}
pictures = cache(draw_pictures)


def workload_of(task: str, folder: Path, *keys: str) -> Workload:
    settings = load(SCHEMA, None, [f"{task}.model={TOYS[task](folder)}", *keys]).settings
    return load_workload(task, choose_model(task, settings), settings, CpuDevice(threads=1), pictures((160, 120)))


class Order(Workload):
    """Notes what was run."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.runs = ""

    def invoke(self) -> None:
        self.runs += "m"
        super().invoke()

    def process(self, frame: Frame) -> Any:
        self.runs += "p"
        return super().process(frame)


@pytest.mark.parametrize("task", TASK_NAMES)
def test_every_task_can_be_measured(task: str, tmp_path: Path) -> None:
    turns: list[None] = []
    found = measure(workload_of(task, tmp_path), 0.1, lambda: turns.append(None))
    assert len(found.invoke_ms) > 5
    assert len(found.pipeline_ms) > 5
    assert min(found.invoke_ms + found.pipeline_ms) > 0
    assert turns


def test_they_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "_TURN_S", 0.01)
    plain = workload_of("pose", tmp_path)
    order = Order(plain._processor, plain.device, plain.frames)
    found = measure(order, 0.3, lambda: None)
    assert order.runs.replace("mm", "m").count("mp") >= 4
    assert len(found.invoke_ms) < order.runs.count("m")  # the first ones are warm-up
    assert len(found.pipeline_ms) < order.runs.count("p")


def test_one_turn_of_each_is_measured_however_little_time_there_is(tmp_path: Path) -> None:
    found = measure(workload_of("classification", tmp_path), 1e-9, lambda: None)
    assert found.invoke_ms
    assert found.pipeline_ms


def test_a_rate_of_the_task_leaves_no_frame_out(tmp_path: Path) -> None:
    slow = workload_of("action", tmp_path, "action.rate_hz=0.7", "action.gate=always")
    found = measure(slow, 0.1, lambda: None)
    assert len(found.pipeline_ms) > 5


def test_what_was_not_computed_where_it_was_to_be_is_no_measurement(tmp_path: Path) -> None:
    workload = workload_of("pose", tmp_path)

    def lost() -> None:
        raise ModelError("it was lost")

    workload.device.check = lost  # type: ignore[method-assign]
    with pytest.raises(ModelError, match="it was lost"):
        measure(workload, 0.1, lambda: None)
