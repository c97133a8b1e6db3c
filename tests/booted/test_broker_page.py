"""docs/broker.md, typed as it stands on a booted Debian, and from another machine of its network."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.booted.person import PASSWORD, arrives
from tests.transcript import read_transcript, replay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine

PAGE = Path(__file__).parents[2] / "docs/broker.md"
ELSEWHERE = "From another machine"
ADDRESS, OTHER_ADDRESS = "192.168.1.20/24", "192.168.1.30/24"
SETTINGS = '[camera]\nsource = "synthetic"\nloop = true\nfps = 10\n'


@pytest.mark.timeout(600)
@pytest.mark.parametrize("suite", ["bookworm", "trixie"])
def test_a_broker_for_other_machines(suite: str, boot: Boot) -> None:
    steps = read_transcript(PAGE)
    elsewhere = {step.command for step in steps if step.section == ELSEWHERE}

    with boot(suite, files={"/etc/edge/edge.toml": SETTINGS}) as machine, cable(machine) as other:
        person = arrives(machine)

        def run(command: str) -> str:
            return from_elsewhere(other, command) if command in elsewhere else person.types(command)

        replay(steps, run, patience_s=60)
        assert_only_known_users_see(other)


@contextmanager
def cable(machine: Machine) -> Iterator[subprocess.Popen[bytes]]:
    """Another machine on a network with this one; it has nothing but that network."""
    with subprocess.Popen(["unshare", "--net", "sleep", "infinity"]) as other:
        try:
            ours, theirs = f"eb{other.pid}", f"eo{other.pid}"
            _do("ip", "link", "add", ours, "type", "veth", "peer", "name", theirs)
            for name, address, pid in ((ours, ADDRESS, machine.leader), (theirs, OTHER_ADDRESS, other.pid)):
                _do("ip", "link", "set", name, "netns", str(pid))
                inside = ("nsenter", "--target", str(pid), "--net", "ip")
                _do(*inside, "address", "add", address, "dev", name)
                _do(*inside, "link", "set", name, "up")
            yield other
        finally:
            other.kill()


def _do(*command: str) -> None:
    subprocess.run(command, check=True)


def from_elsewhere(other: subprocess.Popen[bytes], command: str) -> str:
    """What a command says on the other machine."""
    inside = ["nsenter", "--target", str(other.pid), "--net", "bash", "-c", f"exec 2>&1; {command}"]
    return subprocess.run(inside, capture_output=True, text=True, check=False, timeout=60).stdout


def assert_only_known_users_see(other: subprocess.Popen[bytes]) -> None:
    """The page is not merely typed: a wrong password is refused, a device sees only itself."""
    listen = "mosquitto_sub -h 192.168.1.20 -W 5 -C 1 -t 'edge/+/availability'"
    assert "online" not in from_elsewhere(other, f"{listen} -u viewer -P guessed")
    assert "online" in from_elsewhere(other, f"{listen} -u homeassistant -P '{PASSWORD}'")
    assert "online" not in from_elsewhere(other, f"{listen} -u pi-cellar -P '{PASSWORD}'")
