"""Settings that a person puts on the card with a laptop, and cards that are taken to other machines."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from edge.overlay.style import TEXT
from tests.booted.machine import wait_until
from tests.image.appliance import BOOT_S, SOON_S
from tests.image.board import virt
from tests.image.card import PASSWORD
from tests.image.conftest import SETTINGS
from tests.image.pictures import pixels

if TYPE_CHECKING:
    from tests.image.conftest import MakeCard, Power


def test_a_wrong_file_is_refused_with_the_errors_beside_it_and_the_next_one_is_taken(
    make_card: MakeCard, power: Power
) -> None:
    card = make_card("[camera]\nsauce = 'synthetic'\n", password="")
    with power(card, partial(virt, screen=True)) as appliance:
        appliance.wait_for_ssh()
        wait_until(lambda: appliance.unit("ActiveState") == "active", "it has come up", BOOT_S)
        # Nobody has chosen a password: one was made, which is shown until the next boot.
        user, password = appliance.ask("sudo cat /run/edge-appliance/login").split()
        assert re.fullmatch("[a-z2-9]{4}(-[a-z2-9]{4}){3}", password)
        assert password in appliance.ask("sudo edge broker-password")
        assert appliance.subscribe("edge/+/stats", login=(user, password)).returncode == 0
        appliance.ask(f"echo '{PASSWORD}' | sudo edge broker-password --stdin")
        wait_until(lambda: appliance.subscribe("edge/+/stats", 1, 20).returncode == 0, "another is in force", SOON_S)
        assert "edge.toml.errors.txt" in appliance.ask("ls /boot/firmware")
        # It goes on as it came, without the camera that nobody has plugged in, and says so by MQTT and on the monitor.
        wait_until(
            lambda: appliance.listen("edge/+/stats")[0]["camera"]["state"] == "retrying",
            "it looks for a camera",
            SOON_S,
        )
        assert "camera" in appliance.listen("edge/+/stats")[0]["camera"]["error"]
        wait_until(lambda: pixels(appliance.picture(), TEXT) > 30, "the monitor has a text", 600)
        appliance.shut_down()
    assert "sauce" in card.read("edge.toml.errors.txt")
    assert "edge.toml" in card.names()

    card.write("edge.toml", SETTINGS)
    card.remove("user-data", "meta-data")
    with power(card) as appliance:
        appliance.wait_for_pose()
        appliance.wait_for_ssh()
        # Who takes these off the card has the same machine still, and examples of them again.
        assert appliance.ask("sudo cat /var/lib/cloud/data/instance-id") == "edge-image"
        assert {"meta-data", "user-data"} <= set(appliance.ask("ls /boot/firmware").split())
        assert "errors" not in appliance.ask("ls /boot/firmware")
