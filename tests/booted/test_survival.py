"""A configuration that kills the service after it was accepted: the one before is back by itself, and says so."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.booted.machine import wait_until

if TYPE_CHECKING:
    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine

SETTINGS = "/etc/edge/edge.toml"
GOOD = '[camera]\nsource = "synthetic"\nloop = true\n[mqtt]\ncontrol = true\n'
STATE = "/var/lib/edge"
DEADLY = 5
A_MINUTE_S = 60.0
LAST_GOOD = "the last good one is in force"


@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_what_was_there_before_is_back_within_a_minute(boot: Boot, suite: str) -> None:
    """``pose.max_people = 5`` kills pose at its next frame, by a stand-in: no check knows of it."""
    with boot(suite, files={SETTINGS: GOOD}, stand_ins="deadly") as machine:
        machine.ask("systemctl", "start", "mosquitto")
        wait_until(machine.path(f"{STATE}/last-good.toml").exists, "the first one is remembered")
        restarts = int(machine.unit("NRestarts"))
        began_s = time.monotonic()
        ask_for(machine, "pose.max_people", DEADLY)
        wait_until(lambda: int(machine.unit("NRestarts")) >= restarts + 2, "it has failed, and failed again")
        wait_until(lambda: LAST_GOOD in machine.unit("StatusText"), "the status says so", A_MINUTE_S)
        machine.listen("edge/+/pose", 5)
        assert time.monotonic() - began_s < A_MINUTE_S

        starts = machine.unit("NRestarts")
        (stats,) = machine.listen("edge/+/stats")
        for said in (stats["config_error"], machine.journal("--priority=err"), machine.unit("StatusText")):
            assert "Edge did not survive it" in said
            assert "pose.max_people" in said
        assert f"max_people = {DEADLY}" in machine.path(SETTINGS).read_text()
        assert "max_people" not in machine.path(f"{STATE}/last-good.toml").read_text()
        said = machine.run("edge", "doctor", "--json", check=False).stdout
        (found,) = (one for one in json.loads(said) if one["name"] == "configuration.in_use")
        assert found["verdict"] == "warning"
        assert "did not survive the file" in found["why"]

        machine.ask("edge", "config", "set", "pose.max_people", "3", "--apply")
        wait_until(lambda: LAST_GOOD not in machine.unit("StatusText"), "all is well again")
        assert machine.unit("NRestarts") == starts


def ask_for(machine: Machine, key: str, value: int) -> None:
    """A request over MQTT, as anybody who may send one."""
    device = machine.listen("edge/+/stats")[0]["device"]
    request = json.dumps({"transaction": "deadly", "arguments": {"key": key, "value": value}})
    machine.ask("mosquitto_pub", "-q", "1", "-t", f"edge/{device}/request/config/set", "-m", request)
