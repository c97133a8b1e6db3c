"""Who computes a task, and what is told of that: real compiled models on the stand-in for libedgetpu."""

from __future__ import annotations

import logging
import shutil
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.base.machine_files import MachineFiles
from edge.config.sections import Settings
from edge.daemon.backends import NOT_ATTACHED, Backends
from edge.daemon.pipeline import Pipeline
from edge.daemon.processors import Processors
from edge.daemon.task_backend import ON_THE_CPU, TaskBackend
from edge.errors import ModelOutputError
from edge.runtime.edgetpu import ladder
from edge.tasks.action.settings import ActionSettings
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.settings import PoseSettings
from tests.broker import wait_until
from tests.daemon.sources import OpenBy
from tests.daemon.test_event_detectors import Told
from tests.edgetpu.sysfs import Sysfs
from tests.support import make_frame
from tests.tflite import append_files, colour_classifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.standin.control import Control
    from tests.support import SharedData

LIGHTNING = "movenet_single_pose_lightning_ptq"
NO_CAMERA = OpenBy("none", live=True, open=lambda: pytest.fail("nobody opens it"))
ALONE = (ClassificationSettings(enabled=False), ActionSettings(enabled=False))


@pytest.fixture
def machine(tmp_path: Path) -> Sysfs:
    return Sysfs(tmp_path / "machine")


@pytest.fixture
def model(shared: SharedData, tmp_path: Path) -> Path:
    """MoveNet for the CPU, with the file that was compiled of it beside."""
    for name in (f"{LIGHTNING}.tflite", f"{LIGHTNING}_edgetpu.tflite"):
        shutil.copy(shared.path(f"models/movenet/{name}"), tmp_path)
    return tmp_path / f"{LIGHTNING}.tflite"


def pose(model: Path, device: str = "") -> Settings:
    return Settings(PoseSettings(model=str(model), device=device), *ALONE)


class Running:
    """Tasks as the daemon has them, without a camera."""

    def __init__(self, settings: Settings, machine: Sysfs) -> None:
        self.told = Told()
        self.backends = Backends(settings, self.told, MachineFiles(machine.root))
        self.processors = Processors(settings, Occupancy(), self.backends.edgetpus)
        self.backends.start(self.processors.models())

    def backend(self, task: str = "pose") -> TaskBackend:
        return self.backends.of(task, self.processors.models()[task])

    def looks(self, task: str = "pose") -> str:
        """What has computed the next frame."""
        (processor,) = (one for one in self.processors.all() if one.task == task)
        result = processor.process(make_frame())
        assert result is not None
        return result.backend

    def change(self, before: Settings, after: Settings) -> None:
        """As a reload does, and a worker before its next frame."""
        workers = Pipeline(NO_CAMERA, self.processors.all(), []).workers
        self.processors.prepare(workers, before, after)()
        for worker in workers:
            worker.inbox.put(make_frame())
            worker.inbox.close()
            worker.run()
        self.backends.tune(after)
        self.backends.look(self.processors.models())

    def troubles(self) -> dict[str, str]:
        """What is told to be wrong once it was looked, as the daemon does every second."""
        self.backends.look(self.processors.models())
        return dict(self.backends.troubles())

    def story(self) -> list[tuple[str, str | None]]:
        return [(event.type, event.step) for event in self.told.events]

    def wait_for(self, backend: str) -> None:
        wait_until(lambda: self.backend().backend == backend, backend)


@contextmanager
def running(settings: Settings, machine: Sysfs) -> Iterator[Running]:
    made = Running(settings, machine)
    with closing(made.backends):
        yield made


@pytest.mark.usefixtures("edgetpu")
def test_a_model_moves_to_the_edgetpu_once_it_can(model: Path, machine: Sysfs) -> None:
    with running(pose(model), machine) as tasks:
        wait_until(lambda: tasks.backend().reason == NOT_ATTACHED, "the reason")
        assert tasks.looks() == "cpu"
        machine.plug()
        assert tasks.backends.has_come()
        assert not tasks.backends.has_come()
        tasks.wait_for("edgetpu")
        assert tasks.looks() == "edgetpu"
        assert tasks.backend() == TaskBackend("edgetpu")
        assert [tpu.state for tpu in tasks.backends.stats()] == ["ready"]
        assert (tasks.backends.troubles(), tasks.told.events) == ({}, [])


def test_a_failure_is_an_event_until_the_edgetpu_computes_again(model: Path, machine: Sysfs, edgetpu: Control) -> None:
    machine.plug()
    with running(pose(model), machine) as tasks:
        tasks.wait_for("edgetpu")
        edgetpu.misbehave("invoke", "abort", once=True)
        assert tasks.looks() == "cpu", "in the same frame"
        wait_until(lambda: any(event.type == "end" for event in tasks.told.events), "the end")
        assert tasks.looks() == "edgetpu"
        assert tasks.backend() == TaskBackend("edgetpu", restarts=1)
    start, *_, end = tasks.told.events
    assert [(start.type, start.step, start.backend), (end.type, end.step, end.reason, end.backend)] == [
        ("start", "lost", "cpu"),
        ("end", "ready", "over", "edgetpu"),
    ]
    assert "SIGABRT" in (start.why or "")
    assert {event.task for event in tasks.told.events} == {"pose"}


def test_while_it_fails_everybody_is_told_why(model: Path, machine: Sysfs, edgetpu: Control) -> None:
    machine.plug()
    with running(pose(model), machine) as tasks:
        tasks.wait_for("edgetpu")
        machine.unplug()
        edgetpu.attach()
        wait_until(lambda: tasks.backend().has_failed, "the failure")
        assert tasks.looks() == "cpu"
        wait_until(lambda: "unplugged" in (tasks.backend().reason or ""), "the reason")
        assert "unplugged" in tasks.backends.troubles()["pose"]
    assert [event.type for event in tasks.told.events][-1:] == ["end"]
    assert tasks.told.events[-1].reason == "unseen", "the run ended"


@pytest.mark.usefixtures("edgetpu")
def test_a_model_that_is_refused_is_a_trouble_where_an_edgetpu_is_asked_for(model: Path, machine: Sysfs) -> None:
    compiled = model.with_stem(f"{LIGHTNING}_edgetpu")
    custom_op = b"edgetpu-custom-op"
    compiled.write_bytes(compiled.read_bytes().replace(custom_op, b"edgetpu-custom-oq") + custom_op)
    machine.plug()
    with running(pose(model, "edgetpu"), machine) as tasks:
        wait_until(lambda: "cannot run it: " in tasks.troubles().get("pose", ""), "the trouble")
        assert tasks.looks() == "cpu"
        assert tasks.story() == [("start", "wait")]


def test_a_fallback_ends_once_a_refused_model_is_accepted(
    model: Path, machine: Sysfs, edgetpu: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ladder, "FIRST_WAIT_S", 0.5)
    compiled = model.with_stem(f"{LIGHTNING}_edgetpu")
    machine.plug()
    with running(pose(model), machine) as tasks:
        tasks.wait_for("edgetpu")
        away = compiled.rename(compiled.with_suffix(".away"))
        edgetpu.misbehave("invoke", "abort", once=True)
        assert tasks.looks() == "cpu"
        wait_until(lambda: any(event.step == "wait" for event in tasks.told.events), "the refusal")
        assert tasks.backend().has_failed
        away.rename(compiled)
        wait_until(lambda: any(event.type == "end" for event in tasks.told.events), "the end")
        assert tasks.looks() == "edgetpu"
    assert [event.step for event in tasks.told.events] == ["lost", "restart", "wait", "ready"]


@pytest.mark.usefixtures("edgetpu")
def test_what_is_asked_for_and_not_there_at_first_is_a_fallback_until_it_is(
    model: Path, machine: Sysfs, edgetpu_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder := tmp_path / "lib").mkdir()
    monkeypatch.setenv("LD_LIBRARY_PATH", str(folder))
    machine.plug()
    with running(pose(model, "edgetpu"), machine) as tasks:
        wait_until(lambda: "pose" in tasks.troubles(), "the trouble")
        assert "cannot be loaded" in tasks.troubles()["pose"]
        assert tasks.story() == [("start", "wait")]
        shutil.copy(edgetpu_library, folder)
        machine.unplug()  # and in again: nobody waits until it is looked for once more
        wait_until(lambda: not tasks.backends.stats(), "it is gone")
        machine.plug()
        tasks.wait_for("edgetpu")
        wait_until(lambda: tasks.story()[-1] == ("end", "ready"), "the end")
        assert tasks.troubles() == {}


def test_while_it_is_tried_again_the_reason_is_what_was_wrong(model: Path, machine: Sysfs, edgetpu: Control) -> None:
    machine.plug()
    with running(pose(model), machine) as tasks:
        tasks.wait_for("edgetpu")
        edgetpu.misbehave("create", "fail")
        edgetpu.misbehave("invoke", "abort", once=True)
        assert tasks.looks() == "cpu"
        wait_until(lambda: tasks.story()[-1] == ("update", "wait"), "it waits")
        assert "cannot open usb:0" in (tasks.told.events[-1].why or "")
        assert "cannot open usb:0" in tasks.troubles()["pose"]


@pytest.mark.usefixtures("edgetpu")
def test_a_fallback_is_over_where_another_edgetpu_is_chosen(model: Path, machine: Sysfs) -> None:
    machine.plug()
    before = pose(model)
    with running(before, machine) as tasks:
        tasks.wait_for("edgetpu")
        machine.unplug()
        wait_until(lambda: tasks.backend().has_failed, "the failure")
        tasks.change(before, pose(model, "edgetpu:usb:1"))
        wait_until(lambda: "usb:1" in tasks.troubles().get("pose", ""), "the reason")
    ids = [event.id for event in tasks.told.events]
    assert tasks.story() == [("start", "gone"), ("end", "gone"), ("start", "gone"), ("end", "gone")]
    assert ids[:2] + ids[2:] == [ids[0], ids[0], ids[2], ids[2]]
    assert ids[0] != ids[2]


def test_a_model_that_only_an_edgetpu_computes_is_never_said_to_be_on_the_cpu(
    model: Path, machine: Sysfs, edgetpu: Control
) -> None:
    model.unlink()
    machine.plug()
    with running(pose(model.with_stem(f"{LIGHTNING}_edgetpu"), "edgetpu"), machine) as tasks:
        tasks.backends.edgetpus.wait_settled("pose")
        assert tasks.looks() == "edgetpu"
        edgetpu.misbehave("invoke", "abort")
        with pytest.raises(ModelOutputError, match="compiled for the EdgeTPU"):
            tasks.looks()
        assert (tasks.backend().backend, tasks.backend().reason) == ("edgetpu", None)
        assert (tasks.troubles(), tasks.story()) == ({}, []), "that there are no results says it"


def test_what_runs_on_the_cpu_by_choice_has_no_reason(model: Path, machine: Sysfs) -> None:
    with running(pose(model, "cpu"), machine) as tasks:
        assert tasks.backend() == ON_THE_CPU
        assert tasks.backends.troubles() == {}


def test_what_is_not_attached_is_a_trouble_only_where_it_is_asked_for(
    model: Path, machine: Sysfs, caplog: pytest.LogCaptureFixture
) -> None:
    for device, is_trouble in (("auto", False), ("edgetpu", True), ("edgetpu:usb:1", True)):
        caplog.clear()
        with caplog.at_level(logging.INFO), running(pose(model, device), machine) as tasks:
            wait_until(lambda: any("pose" in message for message in caplog.messages), "the line")
            assert ("pose" in tasks.troubles()) is is_trouble
            assert tasks.backend().has_failed is is_trouble
            assert tasks.story() == ([("start", "gone")] if is_trouble else [])
            assert all("attached" in (event.why or "") for event in tasks.told.events)
        assert {record.levelname for record in caplog.records if "pose" in record.message} == {
            "WARNING" if is_trouble else "INFO"
        }


def test_a_model_without_the_file_says_so_where_there_is_an_edgetpu(
    tmp_path: Path, machine: Sysfs, caplog: pytest.LogCaptureFixture
) -> None:
    mine = append_files(colour_classifier(tmp_path / "mine.tflite"), {"labels.txt": "red\ngreen\nblue"})
    own = ClassificationSettings(model=str(mine))
    settings = Settings(own, PoseSettings(enabled=False), ActionSettings(enabled=False))
    missing = f"there is no {tmp_path}/mine_edgetpu.tflite"
    with running(settings, machine) as tasks:
        assert tasks.backend("classification") == TaskBackend(reason=NOT_ATTACHED)
        assert caplog.messages == []
    machine.plug()
    with caplog.at_level(logging.INFO, logger="edge.daemon"), running(settings, machine) as tasks:
        assert tasks.backend("classification") == TaskBackend(reason=missing)
        assert tasks.backends.troubles() == {}
        tasks.backends.look(tasks.processors.models())
    assert caplog.messages == [f"{missing}; until then the CPU computes classification"]


def test_what_is_for_no_edgetpu_says_so_and_is_no_trouble(machine: Sysfs, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(
        InferenceSettings(device="edgetpu"),
        PoseSettings(enabled=False),
        ClassificationSettings(enabled=False),
        ActionSettings(model="starter-action"),
    )
    why = "starter-action has no variant for the EdgeTPU"
    with caplog.at_level(logging.INFO, logger="edge.daemon"), running(settings, machine) as tasks:
        assert tasks.backend("action") == TaskBackend(reason=why)
        assert tasks.backends.troubles() == {}
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert caplog.messages == [f"action is to run on the EdgeTPU: {why}; the CPU runs starter-action.tflite"]


@pytest.mark.usefixtures("edgetpu")
def test_a_task_for_the_edgetpu_alone_is_off_until_one_comes(model: Path, machine: Sysfs) -> None:
    model.unlink()
    compiled = model.with_stem(f"{LIGHTNING}_edgetpu")
    settings = pose(compiled)
    with running(settings, machine) as tasks:
        assert tasks.processors.wait_for_edgetpu()
        (absent,) = tasks.processors.all()
        assert str(compiled) in getattr(absent, "why", "")
        machine.plug()
        workers = Pipeline(NO_CAMERA, tasks.processors.all(), []).workers
        tasks.processors.try_again(workers, settings)
        assert tasks.processors.all_run()
        tasks.backends.edgetpus.wait_settled("pose")
        assert tasks.looks() == "edgetpu"


def test_whoever_opens_a_model_for_the_edgetpu_alone_waits_for_nothing(
    model: Path, machine: Sysfs, edgetpu: Control
) -> None:
    model.unlink()
    machine.plug()
    edgetpu.misbehave("create", "hang")
    with running(pose(model.with_stem(f"{LIGHTNING}_edgetpu")), machine) as tasks:
        assert tasks.processors.all_run()
        with pytest.raises(ModelOutputError, match=r"is starting|has not been started"):
            tasks.looks()


@pytest.mark.usefixtures("edgetpu")
def test_another_device_is_taken_between_two_frames(model: Path, machine: Sysfs) -> None:
    machine.plug()
    auto = pose(model)
    with running(auto, machine) as tasks:
        tasks.wait_for("edgetpu")
        cpu = auto.having(InferenceSettings(device="cpu"))
        tasks.change(auto, cpu)
        assert (tasks.looks(), tasks.backend()) == ("cpu", ON_THE_CPU)
        tasks.change(cpu, cpu.having(replace(auto[PoseSettings], device="edgetpu:usb:0")))
        tasks.wait_for("edgetpu")
        assert tasks.looks() == "edgetpu"
