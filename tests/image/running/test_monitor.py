"""A monitor at the appliance, and nothing else done: the picture is on it, drawn through the kernel's mode setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.overlay.style import LEFT, RIGHT, TEXT
from tests.booted.machine import wait_until
from tests.image.appliance import say
from tests.image.pictures import pixels

if TYPE_CHECKING:
    from tests.image.appliance import Appliance


def test_skeletons_are_on_the_monitor(appliance: Appliance) -> None:
    appliance.wait_for_pose()

    def shows_people() -> bool:
        image = appliance.picture()
        return min(pixels(image, color) for color in (LEFT, RIGHT, TEXT)) > 30

    wait_until(shows_people, "the picture is there", 600)
    say(f"the monitor's picture: {appliance.folder / 'picture.ppm'}")
