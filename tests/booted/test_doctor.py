"""The doctor on an installed appliance, where systemd, the journal and the sandbox are real."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine

SETTINGS = "/etc/edge/edge.toml"
DROP_IN = "/etc/systemd/system/edge.service.d/wrong.conf"
GOOD = '[camera]\nsource = "synthetic"\nloop = true\n'


@pytest.fixture(scope="module")
def machine(boot: Boot) -> Iterator[Machine]:
    """One on which all is well."""
    with boot(files={SETTINGS: GOOD}) as machine:
        machine.path(DROP_IN).parent.mkdir(exist_ok=True)
        machine.ask("systemctl", "start", "mosquitto")
        machine.listen("edge/+/pose")
        yield machine


def findings(machine: Machine) -> dict[str, dict[str, str]]:
    """What the doctor finds, by name."""
    said = machine.run("edge", "doctor", "--json", check=False).stdout
    return {finding["name"]: finding for finding in json.loads(said)}


def test_nothing_has_failed_where_all_is_well(machine: Machine) -> None:
    found = findings(machine)
    assert [name for name, finding in found.items() if finding["verdict"] == "failed"] == []
    assert found["service.unit"]["verdict"] == "ok"
    assert found["broker.login"]["verdict"] == "ok"


@pytest.mark.parametrize(
    ("broken", "mended", "name", "words"),
    [
        ("systemctl stop edge", "systemctl start edge", "service.unit", "systemctl enable --now edge"),
        ("systemctl disable edge", "systemctl enable edge", "service.unit", "systemctl enable edge"),
        ("systemctl stop mosquitto", "systemctl start mosquitto", "broker.reachable", "enable --now mosquitto"),
        ("gpasswd --delete edge video", "gpasswd --add edge video", "system.groups", "usermod -aG video edge"),
        (f"echo '[poze]' >>{SETTINGS}", f"sed -i '$d' {SETTINGS}", "system.configuration", "pose"),
        (
            f"printf '[Service]\\nExecStart=\\n' >{DROP_IN}; systemctl daemon-reload",
            f"rm {DROP_IN}; systemctl daemon-reload",
            "service.unit",
            "systemd-analyze verify edge.service",
        ),
    ],
)
def test_what_is_broken_is_named_with_its_remedy(
    machine: Machine, broken: str, mended: str, name: str, words: str
) -> None:
    machine.ask("sh", "-c", broken)
    found = findings(machine)[name]
    machine.ask("sh", "-c", mended)
    assert found["verdict"] in {"warning", "failed"}
    assert words in f"{found['why']} {found['fix']}"
