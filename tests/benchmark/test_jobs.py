"""What is measured follows from the device that is chosen, the variants of the models, and what is attached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.base.machine_files import MachineFiles
from edge.benchmark.jobs import list_jobs
from edge.config.load import load
from edge.runtime.device_choice import parse_device
from edge.settings import SCHEMA
from tests.cli.toys import action_model, pose_model
from tests.edgetpu.sysfs import Sysfs
from tests.tflite import ModelBuilder

if TYPE_CHECKING:
    from pathlib import Path

    from edge.benchmark.jobs import JobList


def compiled(path: Path) -> Path:
    """What the compiler would have made of a model, as far as anybody looks who does not run it."""
    builder = ModelBuilder()
    image, answer = builder.tensor((1, 8, 8, 3), "uint8"), builder.tensor((1, 3), "uint8")
    builder.inputs, builder.outputs = (
        {"image": image},
        {"answer": builder.custom_op("edgetpu-custom-op", [image], answer)},
    )
    return builder.save(path)


@pytest.fixture
def sysfs(tmp_path: Path) -> Sysfs:
    return Sysfs(tmp_path / "machine")


def planned(sysfs: Sysfs, device: str, **models: Path) -> JobList:
    keys = [f"inference.device={device}", *(f"{task}.model={path}" for task, path in models.items())]
    return list_jobs(tuple(models), load(SCHEMA, None, keys).settings, parse_device(device), MachineFiles(sysfs.root))


def jobs(found: JobList) -> list[tuple[str, str, bool]]:
    return [(job.task, job.backend, job.is_optional) for job in found.jobs]


@pytest.fixture
def both(tmp_path: Path) -> Path:
    """A model that lies beside its variant for the EdgeTPU."""
    compiled(tmp_path / "dot-pose_edgetpu.tflite")
    return pose_model(tmp_path)


def test_auto_is_the_cpu_where_nothing_is_attached(sysfs: Sysfs, both: Path, tmp_path: Path) -> None:
    found = planned(sysfs, "auto", pose=both, action=action_model(tmp_path))
    assert jobs(found) == [("pose", "cpu", False), ("action", "cpu", False)]
    assert found.left_out == []


def test_auto_is_both_where_a_coral_is_attached_and_the_model_has_a_variant_for_it(
    sysfs: Sysfs, both: Path, tmp_path: Path
) -> None:
    sysfs.plug()
    found = planned(sysfs, "auto", pose=both, action=action_model(tmp_path))
    assert jobs(found) == [("pose", "cpu", False), ("pose", "edgetpu", True), ("action", "cpu", False)]
    (left_out,) = found.left_out
    assert left_out.startswith("action is not measured on the EdgeTPU: there is no ")


@pytest.mark.parametrize("device", ["edgetpu", "edgetpu:usb:1"])
def test_the_edgetpu_alone_is_tried_whatever_is_attached(sysfs: Sysfs, both: Path, tmp_path: Path, device: str) -> None:
    found = planned(sysfs, device, pose=both, action=action_model(tmp_path))
    assert jobs(found) == [("pose", "edgetpu", False)]
    assert len(found.left_out) == 1


def test_the_cpu_alone_needs_no_variant(sysfs: Sysfs, both: Path) -> None:
    sysfs.plug()
    assert jobs(planned(sysfs, "cpu", pose=both)) == [("pose", "cpu", False)]


@pytest.mark.parametrize("device", ["auto", "edgetpu"])
def test_a_file_for_the_edgetpu_alone_can_run_nowhere_else(sysfs: Sysfs, tmp_path: Path, device: str) -> None:
    found = planned(sysfs, device, pose=compiled(tmp_path / "alone_edgetpu.tflite"))
    assert jobs(found) == [("pose", "edgetpu", False)]


@pytest.mark.usefixtures("no_models")
def test_what_cannot_be_had_is_told(sysfs: Sysfs, tmp_path: Path) -> None:
    keys = ["inference.fallback_to_starter=false", f"action.model={action_model(tmp_path)}"]
    found = list_jobs(
        ("pose", "action"), load(SCHEMA, None, keys).settings, parse_device("auto"), MachineFiles(sysfs.root)
    )
    assert jobs(found) == [("action", "cpu", False)]
    (problem,) = found.problems
    assert problem.startswith("pose: ")
    assert "edge models pull movenet-lightning" in problem


@pytest.mark.usefixtures("no_models")
def test_a_starter_model_says_whose_place_it_takes_and_that_no_edgetpu_runs_it(sysfs: Sysfs) -> None:
    sysfs.plug()
    found = list_jobs(("pose",), load(SCHEMA, None, ()).settings, parse_device("auto"), MachineFiles(sysfs.root))
    assert jobs(found) == [("pose", "cpu", False)]
    assert "until then starter-pose runs in its place" in found.notices[0]
    assert found.left_out == ["pose is not measured on the EdgeTPU: starter-pose has no variant for the EdgeTPU"]
