"""A monitor and no desktop: the installed package's service, as it is, shows its picture by itself.

A real kernel drives a graphics card, virtio-gpu, in a virtual machine; what is on the monitor is QEMU's own copy of it.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.overlay.style import LEFT, RIGHT, TEXT
from tests.booted.machine import overlaid, wait_until
from tests.booted.virtual_machine import virtual_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.overlay.style import Color
    from edge.types import ImageArray
    from tests.booted.virtual_machine import VirtualMachine

VM = os.environ.get("EDGE_BOOTED_VM", "")
SETTINGS = {
    "/etc/edge/edge.toml": """
[device]
id = "hallway"
[camera]
source = "synthetic"
loop = true
fps = 2
width = 320
height = 240
[pose]
max_rate_hz = 0.5
threads = 1
[classification]
enabled = false
[action]
enabled = false
""",
    # Every instruction is emulated, by a machine that has more to do: all takes fifty times as long.
    "/etc/systemd/system/edge.service.d/slow.conf": "[Service]\nTimeoutStartSec=600\nWatchdogSec=300\n",
}
SOON_S = 240.0
DRAWING = "edge.monitor.child"

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(not VM, reason="there is no virtual machine; scripts/test-booted says why"),
]


@pytest.fixture(scope="module")
def machine(installed: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualMachine]:
    """One for all tests of this file, one after the other."""
    folder = tmp_path_factory.mktemp("vm")
    with (
        overlaid(installed("bookworm"), folder / "layers") as root,
        virtual_machine(Path(VM), root, folder, SETTINGS) as booted,
    ):
        booted.run("systemctl start mosquitto")
        yield booted


@pytest.fixture(autouse=True)
def _told(machine: VirtualMachine) -> Iterator[None]:
    """Print how the service is in the end, which pytest shows after a failure."""
    yield
    sys.stdout.write(machine.run("systemctl status --no-pager edge; journalctl --no-pager -o cat -n 40 -u edge"))


def pixels(image: ImageArray, color: Color) -> int:
    """How many are of exactly this colour."""
    return int((image == color).all(axis=2).sum())


def shows_people(machine: VirtualMachine) -> bool:
    """Whether a skeleton is on the monitor, and text beside it."""
    image = machine.picture()
    return min(pixels(image, color) for color in (LEFT, RIGHT, TEXT)) > 30


def shows_console(machine: VirtualMachine) -> bool:
    """Whether there is nothing but the console's grey letters on black."""
    image = machine.picture()
    return 0.1 < image.mean() < 5 and bool((image[..., 0] == image[..., 2]).all())


def drawing(machine: VirtualMachine) -> str:
    """The number of the process that draws; empty for none."""
    return machine.run(f"pgrep -f {DRAWING}")


def main_process(machine: VirtualMachine) -> str:
    """The number of the service's process."""
    return machine.run("systemctl show edge --property=MainPID --value")


def test_people_are_on_the_monitor_without_anybody_doing_anything(machine: VirtualMachine) -> None:
    wait_until(lambda: shows_people(machine), "the picture is there", SOON_S)
    height, width, _ = machine.picture().shape
    assert (width, height) == (1280, 800)


def test_the_picture_moves(machine: VirtualMachine) -> None:
    before = machine.picture()
    wait_until(lambda: bool((machine.picture() != before).mean() > 0.01), "another one is shown", SOON_S)


def test_a_process_that_is_killed_is_replaced_and_nothing_else_ends(machine: VirtualMachine) -> None:
    first, service = drawing(machine), main_process(machine)
    machine.run(f"kill -KILL {first}")
    wait_until(lambda: drawing(machine) not in {"", first}, "another one draws", SOON_S)
    wait_until(lambda: shows_people(machine), "the picture is back", SOON_S)
    assert main_process(machine) == service


def test_a_monitor_that_is_pulled_out_and_another_one_plugged_in(machine: VirtualMachine) -> None:
    # QEMU takes a first size for no change, and drops what it has not come to reading when the client hangs up.
    def is_pulled_out() -> bool:
        machine.plug(1024, 768)
        machine.plug(0, 0)
        time.sleep(2)
        return machine.run("cat /sys/class/drm/card*-Virtual-1/status") == "disconnected"

    def is_shown_again() -> bool:
        machine.plug(1024, 768)
        time.sleep(2)
        return shows_people(machine)

    service = main_process(machine)
    wait_until(is_pulled_out, "none is there", SOON_S)
    wait_until(lambda: not drawing(machine), "nobody draws", SOON_S)
    wait_until(is_shown_again, "the picture is there", SOON_S)
    assert machine.picture().shape == (768, 1024, 3)
    assert main_process(machine) == service


def test_the_console_is_back_when_the_service_stops(machine: VirtualMachine) -> None:
    machine.run("systemctl stop edge")
    wait_until(lambda: shows_console(machine), "the console is back", SOON_S)
