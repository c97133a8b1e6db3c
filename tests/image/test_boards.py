"""The same payload as an SD card, in boards that QEMU knows. They have no firmware: QEMU loads the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.booted.machine import wait_until
from tests.image.appliance import BOOT_S, say
from tests.image.board import raspi3b, raspi4b

if TYPE_CHECKING:
    from tests.image.conftest import MakeCard, Power

OF_A_POSE = '"schema":"edge/pose/1"'


def test_a_raspberry_pi_3_boots_from_the_card_and_publishes(make_card: MakeCard, power: Power) -> None:
    with power(make_card(), raspi3b) as appliance:
        pose_s = appliance.wait_for_pose()
        say(f"from power on to the first pose message {pose_s:.0f} s")
        appliance.wait_for_ssh()
        assert "Raspberry Pi 3" in appliance.ask("tr -d '\\0' </sys/firmware/devicetree/base/model")
        assert appliance.ask("findmnt --noheadings --output SOURCE /") == "/dev/mmcblk0p2"


def test_a_raspberry_pi_4_boots_from_the_card_and_publishes(make_card: MakeCard, power: Power) -> None:
    with power(make_card(), raspi4b) as appliance:
        wait_until(lambda: OF_A_POSE in appliance.console(), "a message is on the console", BOOT_S)
        assert "Raspberry Pi 4" in appliance.console()
