"""Two cards from one image, in two machines that are on at the same time, with one broker: two devices, no clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.booted.machine import wait_until
from tests.broker import free_port
from tests.image.board import BROKER_ELSEWHERE, Ports
from tests.image.card import PASSWORD
from tests.image.conftest import SETTINGS

if TYPE_CHECKING:
    from tests.image.appliance import Appliance
    from tests.image.conftest import MakeCard, Power

ELSEWHERE = f"""
[mqtt]
host = "{BROKER_ELSEWHERE}"
username = "edge"
password_file = "/boot/firmware/elsewhere.txt"
"""
OF_EACH = "cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub; hostname"


def devices(appliance: Appliance) -> set[str]:
    """Who says at its broker that it is there."""
    lines = appliance.subscribe("edge/+/availability", 2, 20).stdout.splitlines()
    return {line.split("/")[1] for line in lines if line.endswith("online")}


def test_they_are_two_devices(make_card: MakeCard, power: Power) -> None:
    with power(make_card()) as first:
        first.wait_for_pose()
        there = Ports(free_port(), free_port(), broker_elsewhere=first.ports.mqtt)
        card = make_card(SETTINGS + ELSEWHERE)
        card.write("elsewhere.txt", f"{PASSWORD}\n")
        with power(card, ports=there) as second:
            wait_until(lambda: len(devices(first)) == 2, "both are at the first one's broker", 1200)
            second.wait_for_ssh()
            seen = [first.listen(f"edge/{device}/pose", 3, 600) for device in sorted(devices(first))]
            assert len({message["run_id"] for messages in seen for message in messages}) == 2
            of_first, of_second = (set(appliance.ask(OF_EACH).splitlines()) for appliance in (first, second))
            assert not of_first & of_second
