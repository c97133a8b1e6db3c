"""Tasks find their place on the EdgeTPUs that are there, whenever they come, and say why they run elsewhere."""

from __future__ import annotations

import os
import select
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.broker import PATIENCE_S, wait_until
from tests.edgetpu.appliance import MOVENET, appliance
from tests.edgetpu.processes import children
from tests.support import ROOT

if TYPE_CHECKING:
    from tests.edgetpu.place import Place
    from tests.support import SharedData

MOBILENET = "models/mobilenet/mobilenet_v1_0.25_128_quant.tflite"
LABELS = ROOT / "models" / "labels" / "imagenet1001.txt"
ONLY_POSE = ("classification.enabled=false", "action.enabled=false", "pose.score_threshold=1", "pose.max_rate_hz=10")


@pytest.fixture
def pose(shared: SharedData) -> tuple[str, ...]:
    return (f"pose.model={shared.path(MOVENET)}", *ONLY_POSE)


@pytest.fixture
def both(shared: SharedData, pose: tuple[str, ...]) -> tuple[str, ...]:
    """Pose and classification."""
    return (
        *pose,
        "classification.enabled=true",
        f"classification.model={shared.path(MOBILENET)}",
        f"classification.labels={LABELS}",
        "classification.max_rate_hz=10",
    )


def test_two_models_share_an_edgetpu_and_its_loss(place: Place, both: tuple[str, ...]) -> None:
    place.plug()
    with appliance(place, *both) as edge:
        for task in ("pose", "classification"):
            edge.wait_for_backend("edgetpu", task=task)
        assert len(children(edge.process.pid)) == 1
        place.at_the_next_invoke("abort")
        wait_until(lambda: len(edge.fallbacks.all()) == 2, "an event for each task")
        wait_until(lambda: all(fallback.is_over for fallback in edge.fallbacks.all()), "both are back")
        assert {fallback.task for fallback in edge.fallbacks.all()} == {"pose", "classification"}
        wait_until(lambda: any(tpu["rate_hz"] > 0 for tpu in edge.newest("stats")["edgetpus"]), "it computes")


def test_each_task_runs_on_the_edgetpu_that_it_names(place: Place, both: tuple[str, ...]) -> None:
    place.sysfs.plug("1-1")
    place.plug()
    with appliance(place, *both, "pose.device=edgetpu:usb:1", "classification.device=edgetpu:usb:0") as edge:
        for task in ("pose", "classification"):
            edge.wait_for_backend("edgetpu", task=task)
        running = children(edge.process.pid)
        last = {one.pid: one.device for one in place.edgetpu.created() if one.pid in running}
        assert sorted(last.values()) == ["usb:0", "usb:1"]


def test_it_moves_to_an_edgetpu_that_appears(place: Place, pose: tuple[str, ...]) -> None:
    with appliance(place, *pose, "pose.device=auto") as edge:
        edge.wait_for_backend("cpu")
        wait_until(lambda: edge.reason("pose") == "no EdgeTPU is attached", "stats say why")
        place.plug()
        edge.wait_for_backend("edgetpu")
        wait_until(lambda: edge.newest("stats")["tasks"]["pose"]["backend"] == "edgetpu", "stats say so")
        assert edge.newest("stats")["tasks"]["pose"]["backend_reason"] is None
        assert edge.fallbacks.all() == []  # nothing was lost


def test_its_models_move_to_another_edgetpu_when_theirs_is_unplugged(place: Place, pose: tuple[str, ...]) -> None:
    place.plug()
    place.sysfs.plug_pcie(temperature_c=48.3)
    place.edgetpu.attach(*place.sysfs.attached())
    with appliance(place, *pose) as edge:
        edge.wait_for_backend("edgetpu")
        wait_until(lambda: edge.newest("stats").get("edgetpus"), "stats")
        first = edge.newest("stats")["edgetpus"][0]["device"]
        other = "pci:0" if first == "usb:0" else "usb:0"
        (place.sysfs.unplug if first == "usb:0" else place.sysfs.unplug_pcie)()
        place.edgetpu.attach(*place.sysfs.attached())
        wait_until(lambda: [one["device"] for one in edge.newest("stats")["edgetpus"]] == [other], "the other has it")
        edge.wait_for_backend("edgetpu")
        temperatures = {one["device"]: one["temperature_c"] for one in edge.newest("stats")["edgetpus"]}
        assert temperatures == {other: 48.3 if other == "pci:0" else None}


@pytest.mark.long
def test_an_edgetpu_belongs_to_one_process_and_the_other_names_it(place: Place, pose: tuple[str, ...]) -> None:
    place.plug()
    (place.folder / "second").mkdir()
    with appliance(place, *pose) as first:
        first.wait_for_backend("edgetpu")
        (worker,) = children(first.process.pid)
        with appliance(replace(place, folder=place.folder / "second"), *pose, "device.id=second") as second:
            wait_until(lambda: f"({worker})" in second.log.read_text(), "it names the process")
        assert first.newest("pose")["backend"] == "edgetpu"
        assert first.fallbacks.all() == []


def test_killed_it_leaves_no_process_behind_on_the_edgetpu(place: Place, pose: tuple[str, ...]) -> None:
    place.plug()
    with appliance(place, *pose) as edge:
        edge.wait_for_backend("edgetpu")
        (worker,) = children(edge.process.pid)
        handle = os.pidfd_open(worker)
        place.at_the_next_invoke("hang")
        wait_until(lambda: place.edgetpu.has_misbehaved("invoke"), "it hangs")
        edge.process.kill()
        assert select.select([handle], [], [], PATIENCE_S)[0] == [handle]
        os.close(handle)


def lines(log: str, *words: str) -> list[str]:
    return [line for line in log.splitlines() if all(word in line for word in words)]


def test_without_a_library_auto_says_so_calmly_and_once(place: Place, both: tuple[str, ...]) -> None:
    place.plug()
    place.hide_library()
    with appliance(place, *both, "inference.device=auto") as edge:
        wait_until(lambda: edge.newest("stats"), "stats")
        wait_until(lambda: "libedgetpu" in str(edge.newest("stats")["tasks"]["pose"]["backend_reason"]), "the reason")
        for task in ("pose", "classification"):
            edge.wait_for_backend("cpu", task=task)
        log = edge.log.read_text()
    assert len(lines(log, "libedgetpu")) == 1, log
    assert not [*lines(log, " warning "), *lines(log, " error ")], log


def test_without_a_library_edgetpu_warns_that_the_cpu_variant_runs(place: Place, pose: tuple[str, ...]) -> None:
    place.plug()
    place.hide_library()
    with appliance(place, *pose, "pose.device=edgetpu") as edge:
        edge.wait_for_backend("cpu")
        wait_until(lambda: lines(edge.log.read_text(), " warning ", "libedgetpu"), "a warning")


def test_what_is_compiled_for_the_edgetpu_alone_needs_one(place: Place, shared: SharedData) -> None:
    """It is the only task, and a person at a terminal wants to know at once."""
    compiled = shutil.copy(shared.path(MOBILENET.replace(".tflite", "_edgetpu.tflite")), place.folder)
    keys = (f"classification.model={compiled}", f"classification.labels={LABELS}", "pose.enabled=false")
    with appliance(place, *keys, "action.enabled=false") as edge:
        assert edge.process.wait(PATIENCE_S) == 1
        assert f"{compiled}: compiled for the EdgeTPU, and no EdgeTPU is attached" in edge.log.read_text()
