"""The same payload as an SD card, in boards that QEMU knows. They have no firmware: QEMU loads the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.image.appliance import say
from tests.image.board import raspi3b, raspi4b

if TYPE_CHECKING:
    from tests.image.conftest import MakeCard, Power

BOARDS = {"Raspberry Pi 3": raspi3b, "Raspberry Pi 4": raspi4b}


@pytest.mark.parametrize("name", BOARDS)
def test_a_raspberry_pi_boots_from_the_card_and_publishes(name: str, make_card: MakeCard, power: Power) -> None:
    with power(make_card(), BOARDS[name]) as appliance:
        pose_s = appliance.wait_for_pose()
        say(f"from power on to the first pose message {pose_s:.0f} s")
        appliance.wait_for_ssh()
        assert name in appliance.ask("tr -d '\\0' </sys/firmware/devicetree/base/model")
        assert appliance.ask("findmnt --noheadings --output SOURCE /") == "/dev/mmcblk0p2"
