"""The addresses that a monitor tells a person, in networks made for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

NETWORK = ("unshare", "--user", "--map-root-user", "--net")
pytestmark = pytest.mark.skipif(
    subprocess.run([*NETWORK, "true"], check=False, capture_output=True).returncode != 0,
    reason="no network of one's own can be made here",
)
CABLE = ("link add name eth0 type veth peer name laptop", "link set dev laptop up")
ASK = "from edge.daemon.addresses import addresses; print(*addresses())"


def addresses(*steps: str, until: str = "") -> list[str]:
    """What is found in a network of its own after such steps of ip(8), once eth0 is said to be ``until``."""
    wait = f"until ip link show dev eth0 | grep --quiet 'state {until}'; do sleep 0.02; done"
    script = [
        *(f"ip {step}" for step in ("link set dev lo up", *steps)),
        *([wait] if until else []),
        f"{sys.executable} -c '{ASK}'",
    ]
    return subprocess.run(
        [*NETWORK, "sh", "-ec", "\n".join(script)], check=True, capture_output=True, text=True
    ).stdout.split()


def test_without_a_network_there_are_none() -> None:
    assert addresses() == []
    assert addresses(*CABLE, "link set dev eth0 up") == []


def test_the_interface_that_leads_to_everywhere_is_the_one_that_counts() -> None:
    assert addresses(
        *("link add name docker0 type veth peer name box", "addr add 172.17.0.1/16 dev docker0"),
        *("link set dev box up", "link set dev docker0 up"),
        *(*CABLE, "addr add 192.168.1.20/24 dev eth0", "addr add 2001:db8:1::20/64 dev eth0 nodad"),
        *("link set dev eth0 up", "route add default via 192.168.1.1", "-6 route add default via 2001:db8:1::1"),
    ) == ["192.168.1.20", "2001:db8:1::20"]


def test_a_cable_to_a_laptop_needs_no_router() -> None:
    cable = (*CABLE, "addr add 169.254.7.8/16 dev eth0")
    assert addresses(*cable, "link set dev eth0 up", until="UP") == ["169.254.7.8"]
    assert addresses(*cable, "link set dev eth0 up", "link set dev laptop down", until="LOWERLAYERDOWN") == []
