"""Settings that a person puts on the card with a laptop, and cards that are taken to other machines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.image.conftest import SETTINGS

if TYPE_CHECKING:
    from tests.image.conftest import MakeCard, Power


def test_a_wrong_file_is_refused_with_the_errors_beside_it_and_the_next_one_is_taken(
    make_card: MakeCard, power: Power
) -> None:
    card = make_card("[camera]\nsauce = 'synthetic'\n")
    with power(card) as appliance:
        appliance.wait_for_ssh()
        appliance.ask("sudo systemctl is-active edge.service")
        assert "edge.toml.errors.txt" in appliance.ask("ls /boot/firmware")
        appliance.shut_down()
    assert "sauce" in card.read("edge.toml.errors.txt")
    assert "edge.toml" in card.names()

    card.write("edge.toml", SETTINGS)
    with power(card) as appliance:
        appliance.wait_for_pose()
        appliance.wait_for_ssh()
        assert "errors" not in appliance.ask("ls /boot/firmware")
