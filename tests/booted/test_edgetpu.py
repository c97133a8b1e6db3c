"""A Coral on the installed appliance, unit and sandbox as they come: it is not there, comes, fails, goes and is back.

The tests go on where the one before has ended.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from tests.booted.coral import Coral, install_library, with_usb
from tests.booted.machine import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine
    from tests.support import SharedData

SETTINGS = """
[camera]
source = "synthetic"
loop = true

[health]
stats_interval_s = 1
"""
MODELS = "models/movenet/movenet_single_pose_lightning_ptq{}.tflite"
LISTENERS = {"events": ["-t", "edge/+/event"], "poses": ["-t", "edge/+/pose", "-F", "%U"]}
pytestmark = pytest.mark.timeout(300)

LONGEST_GAP_S = 2.0
LONGEST_WAIT_S = 90.0
"""A library that was not there is looked for once a minute in the end."""
STOP_S = 10.0


@dataclass(frozen=True)
class Appliance:
    """A machine whose service began without a Coral; ``process`` is the service's, then and ever after."""

    machine: Machine
    coral: Coral
    process: str

    def pose(self) -> dict[str, Any]:
        """What the newest stats say of pose."""
        found: dict[str, Any] = self.machine.listen("edge/+/stats")[0]["tasks"]["pose"]
        return found

    def wait_for(self, backend: str) -> None:
        """Wait until poses come from there, and the stats say so."""
        come_from = f"poses come from {backend}"
        wait_until(lambda: self.machine.listen("edge/+/pose")[0]["backend"] == backend, come_from, LONGEST_WAIT_S)
        wait_until(lambda: self.pose()["backend"] == backend, f"stats say that {come_from}")

    def fallbacks(self) -> list[dict[str, Any]]:
        """All that was told of fallbacks so far, in the order of their coming."""
        events = [json.loads(line) for line in heard(self.machine, "events")]
        return [event for event in events if event["what"] == "fallback"]

    def longest_gap_s(self) -> float:
        """For how long no pose came since it began."""
        return max(later - sooner for sooner, later in pairwise(map(float, heard(self.machine, "poses"))))

    def worker(self) -> str:
        """The process id of what has loaded the library."""
        return self.machine.ask("pgrep", "--full", "edge.runtime.edgetpu.worker")


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def appliance(request: pytest.FixtureRequest, boot: Boot, shared: SharedData) -> Iterator[Appliance]:
    """One with both files of MoveNet, and somebody who listens."""
    models = [shared.path(MODELS.format(variant)) for variant in ("", "_edgetpu")]
    with boot(request.param, files={"/etc/edge/edge.toml": SETTINGS}) as machine:
        coral = with_usb(machine)
        machine.ask("systemctl", "start", "mosquitto")
        for name, options in LISTENERS.items():
            machine.ask("systemd-run", f"--unit={name}", "mosquitto_sub", "-q", "1", *options)
        for model in models:
            shutil.copy(model, machine.path("/media"))
        machine.ask("edge", "models", "import", "/media")
        machine.ask("edge", "reload")
        yield Appliance(machine, coral, machine.unit("MainPID"))


@pytest.fixture(autouse=True)
def one_process(appliance: Appliance) -> Iterator[None]:
    """Whatever happens to the Coral, the service is the one that was started, and poses go on."""
    yield
    if appliance.machine.unit("ActiveState") == "active":
        assert appliance.machine.unit("MainPID") == appliance.process
        assert appliance.longest_gap_s() < LONGEST_GAP_S


def heard(machine: Machine, listener: str) -> list[str]:
    """What a listener has printed so far."""
    return [line for line in machine.journal(unit=listener).splitlines() if line[:1] in "{0123456789"]


def ended(events: list[dict[str, Any]]) -> bool:
    """Whether the last of them is over."""
    return bool(events) and events[-1]["type"] == "end"


def findings(machine: Machine) -> dict[str, dict[str, str]]:
    """What the doctor finds of the EdgeTPU, by name."""
    said = machine.run("edge", "doctor", "--json", check=False).stdout
    return {finding["name"]: finding for finding in json.loads(said) if finding["name"].startswith("edgetpu.")}


def test_without_one_it_begins_on_the_cpu_and_says_so_calmly(appliance: Appliance) -> None:
    machine = appliance.machine
    wait_until(lambda: appliance.pose()["model"] == "movenet-lightning", "the model is in use")
    appliance.wait_for("cpu")
    assert appliance.pose()["backend_reason"] == "no EdgeTPU is attached"
    (line,) = [line for line in machine.journal(f"_PID={appliance.process}").splitlines() if "EdgeTPU" in line]
    assert "no EdgeTPU is attached" in line
    assert "EdgeTPU" not in machine.journal("--priority=warning")
    assert appliance.fallbacks() == []


def test_one_without_its_library_changes_nothing_and_the_doctor_says_what_to_install(appliance: Appliance) -> None:
    machine = appliance.machine
    appliance.coral.plug_in()
    wait_until(lambda: "libedgetpu" in str(appliance.pose()["backend_reason"]), "the library is missed")
    assert appliance.pose()["backend"] == "cpu"
    found = findings(machine)
    assert found["edgetpu.device"]["verdict"] == found["edgetpu.permissions"]["verdict"] == "ok"
    assert found["edgetpu.library"]["verdict"] == "failed"
    assert "libedgetpu1-std" in found["edgetpu.library"]["fix"]


def test_with_its_library_pose_moves_over_by_itself(appliance: Appliance, edgetpu_library: Path) -> None:
    machine = appliance.machine
    install_library(machine, edgetpu_library)
    appliance.wait_for("edgetpu")
    assert appliance.pose()["backend_reason"] is None
    (edgetpu,) = machine.listen("edge/+/stats")[0]["edgetpus"]
    assert (edgetpu["device"], edgetpu["state"], edgetpu["error"]) == ("usb:0", "ready", None)
    found = findings(machine)
    assert {finding["verdict"] for finding in found.values()} <= {"ok", "skipped"}
    assert found["edgetpu.in_use"]["why"] == f"Edge has usb:0, in its process {appliance.worker()}"


def test_what_has_loaded_the_library_is_denied_what_the_service_is(appliance: Appliance) -> None:
    machine, worker = appliance.machine, appliance.worker()

    def read(process: str, file: str) -> str:
        return machine.ask("cat", f"/proc/{process}/{file}")

    assert read(worker, "cgroup") == read(appliance.process, "cgroup")
    for name in ("Uid", "Groups", "NoNewPrivs", "Seccomp", "Seccomp_filters", "CapBnd", "CapEff"):
        (its,), (the_services,) = (
            [line for line in read(process, "status").splitlines() if line.startswith(f"{name}:")]
            for process in (worker, appliance.process)
        )
        assert its == the_services
    (core,) = (line.split() for line in read(worker, "limits").splitlines() if "core file" in line)
    assert core[-3:-1] == ["0", "0"], "none of its aborts leaves a file"
    assert "libedgetpu" in read(worker, "maps")
    assert "libedgetpu" not in read(appliance.process, "maps")


def test_an_abort_is_a_fallback_that_ends(appliance: Appliance) -> None:
    worker = appliance.worker()
    appliance.coral.library.misbehave("invoke", "abort")
    wait_until(lambda: not appliance.machine.path(f"/proc/{worker}").exists(), "it has ended")
    appliance.coral.library.behave()
    wait_until(lambda: ended(appliance.fallbacks()), "the fallback is over")
    begins, *_, ends = appliance.fallbacks()
    assert (begins["type"], begins["task"], begins["step"], begins["backend"]) == ("start", "pose", "lost", "cpu")
    assert "SIGABRT" in begins["why"]
    assert (ends["id"], ends["step"], ends["reason"]) == (begins["id"], "ready", "over")
    assert "USB transfer error" in appliance.machine.journal()
    appliance.wait_for("edgetpu")


def test_unplugged_and_plugged_in_again_it_goes_on_where_it_was(appliance: Appliance) -> None:
    machine, before = appliance.machine, len(appliance.fallbacks())
    appliance.coral.unplug()
    told = "pose is on the CPU: the EdgeTPU usb:0 was unplugged"
    wait_until(lambda: told in machine.unit("StatusText"), "systemctl status says it")
    appliance.wait_for("cpu")
    assert "unplugged" in appliance.pose()["backend_reason"]
    assert machine.listen("edge/+/stats")[0]["edgetpus"] == []
    appliance.coral.plug_in()
    appliance.wait_for("edgetpu")
    wait_until(lambda: ended(appliance.fallbacks()[before:]), "the fallback is over")
    steps = [event["step"] for event in appliance.fallbacks()[before:]]
    assert "gone" in steps
    assert steps[-1] == "ready"
    wait_until(lambda: machine.unit("StatusText").startswith("pose "), "all is well again")
    assert "on the CPU" not in machine.unit("StatusText")


def test_it_ends_in_time_though_the_library_hangs(appliance: Appliance) -> None:
    machine = appliance.machine
    appliance.coral.library.misbehave("create", "hang")
    appliance.coral.library.misbehave("invoke", "hang")
    appliance.wait_for("cpu")
    began_s = time.monotonic()
    machine.ask("systemctl", "stop", "edge")
    assert time.monotonic() - began_s < STOP_S
    assert machine.unit("Result") == "success"
    assert machine.run("pgrep", "--uid", "edge", check=False).stdout == ""


def test_then_the_doctor_tries_it_out_as_the_service_would(appliance: Appliance) -> None:
    appliance.coral.library.behave()
    assert findings(appliance.machine)["edgetpu.inference"]["verdict"] == "ok"
