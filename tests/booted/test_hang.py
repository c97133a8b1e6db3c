"""A call that does not return, in one loop while all others go on: the service is started anew, and only then."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.booted.machine import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine

SETTINGS = """
[camera]
source = "picamera"

[health]
stats_interval_s = 1

[mqtt]
max_rate_hz = 5

[action]
gate = "always"
"""
HANGS = {
    "capture": ("camera-hangs", "camera", "in capture_request"),
    "invoke": ("invoke-hangs", "pose", "in invoke"),
    "publish": ("publisher-hangs", "mqtt", "in _hanging_publish"),
    "read from the broker": ("connection-hangs", "mqtt link", "in _hanging_loop"),
}
"""The call that does not return: the file that makes it so, the loop that is named then, and the place in its stack."""
GRACE_S = 5.0


@pytest.fixture(scope="module")
def machine(boot: Boot) -> Iterator[Machine]:
    """One whose camera, delegate and MQTT client hang on demand; it has worked for longer than a hang may last."""
    with boot(files={"/etc/edge/edge.toml": SETTINGS}, stand_ins="camera,delegate,mqtt") as machine:
        machine.ask("mkdir", "-p", "/run/edge-test")
        machine.ask("mkfifo", "-m", "644", "/run/edge-test/never")
        machine.ask("touch", "/run/edge-test/camera")
        machine.ask("systemctl", "start", "mosquitto")
        yield machine


def watchdog_s(machine: Machine) -> float:
    return int(machine.ask("systemctl", "show", "edge", "--property=WatchdogUSec", "--value").rstrip("s"))


def test_without_a_hang_it_is_not_restarted(machine: Machine) -> None:
    wait_until(lambda: bool(machine.listen("edge/+/pose")), "it works")
    before = machine.unit("MainPID"), machine.unit("NRestarts")
    time.sleep(watchdog_s(machine) + GRACE_S)
    assert (machine.unit("MainPID"), machine.unit("NRestarts")) == before
    assert before[1] == "0"
    assert "does not return" not in machine.journal()


@pytest.mark.parametrize("what", HANGS)
def test_what_hangs_is_named_and_the_service_is_started_anew(machine: Machine, what: str) -> None:
    file, loop, place = HANGS[what]
    others = [task for task in ("pose", "classification", "action") if task != loop]
    for task in ("pose", *others):
        machine.listen(f"edge/+/{task}")
    before, restarts = machine.unit("MainPID"), int(machine.unit("NRestarts"))
    machine.ask("touch", f"/run/edge-test/{file}")
    began_s = time.monotonic()
    if what == "invoke":  # the rest of the process lives: its other tasks go on
        machine.listen(f"edge/+/{others[0]}", count=20)
        assert machine.unit("MainPID") == before
    try:
        wait_until(lambda: int(machine.unit("NRestarts")) > restarts, "it is restarted")
    finally:
        machine.ask("rm", f"/run/edge-test/{file}")
    assert time.monotonic() - began_s < watchdog_s(machine) + GRACE_S
    said = machine.journal(f"_PID={before}")
    assert f"{loop}: a call does not return" in said
    assert place in said
    machine.listen("edge/+/pose", count=3)
