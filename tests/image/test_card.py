"""Settings that a person puts on the card with a laptop, and cards that are taken to other machines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from edge.overlay.style import TEXT
from tests.booted.machine import wait_until
from tests.image.appliance import BOOT_S, SOON_S
from tests.image.board import virt
from tests.image.conftest import SETTINGS
from tests.image.pictures import pixels

if TYPE_CHECKING:
    from tests.image.conftest import MakeCard, Power


def test_a_wrong_file_is_refused_with_the_errors_beside_it_and_the_next_one_is_taken(
    make_card: MakeCard, power: Power
) -> None:
    card = make_card("[camera]\nsauce = 'synthetic'\n")
    with power(card, partial(virt, screen=True)) as appliance:
        appliance.wait_for_ssh()
        wait_until(lambda: appliance.unit("ActiveState") == "active", "it has come up", BOOT_S)
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
    with power(card) as appliance:
        appliance.wait_for_pose()
        appliance.wait_for_ssh()
        assert "errors" not in appliance.ask("ls /boot/firmware")
