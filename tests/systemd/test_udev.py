"""The rules for devices by udev itself, beside those that other packages bring for the same ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

RULES = Path(__file__).parents[2] / "systemd/udev/70-edge.rules"
OTHERS = {
    "60-libedgetpu1-std.rules": 'SUBSYSTEM=="usb",ATTRS{idVendor}=="1a6e",GROUP="plugdev"\n',
    "60-gasket-dkms.rules": 'SUBSYSTEM=="apex", MODE="0660", GROUP="apex"\n',
}
"""Those that come with libedgetpu and with the driver for PCIe."""
NUMBERS = {"plugdev": "46", "apex": "996", "video": "44"}
USB, PCIE, OTHER = "/devices/usb2/2-1", "/devices/apex/apex_0", "/devices/usb2/2-2"
MACHINE = f"""
set -e
for folder in /sys /run /dev; do mount -t tmpfs none $folder; done
mkdir -p /run/udev/rules.d /sys/bus/usb/devices /sys/class/apex
device() {{  # path, subsystem, number
  mkdir -p /sys$1/power; ln -s /sys/$2 /sys$1/subsystem
  echo no >/sys$1/power/control
  printf 'MAJOR=240\\nMINOR=%s\\nDEVNAME=test-%s\\nDEVTYPE=usb_device\\n' "$3" "$3" >/sys$1/uevent
}}
device {USB} bus/usb 1; echo "$2" >/sys{USB}/idVendor; echo "$3" >/sys{USB}/idProduct
device {OTHER} bus/usb 2; echo 046d >/sys{OTHER}/idVendor; echo 0825 >/sys{OTHER}/idProduct
device {PCIE} class/apex 3
cp "$1"/*.rules /run/udev/rules.d
for path in {USB} {OTHER} {PCIE}; do
  udevadm test --action="$4" $path 2>&1; echo "$path power: $(cat /sys$path/power/control)"
done
"""
"""Two devices on USB and one on PCIe, as udev sees them, in a file system that nobody else sees."""

needs_udev = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("udevadm") is None, reason="needs root, and udevadm from the package udev"
)


def test_rules_come_after_those_whose_words_they_repeat() -> None:
    assert max(OTHERS) < RULES.name < "73-seat-late.rules"


@needs_udev
@pytest.mark.parametrize("ids", [("1a6e", "089a"), ("18d1", "9302")], ids=["new", "used"])
@pytest.mark.parametrize("others", [{}, OTHERS], ids=["alone", "with-others"])
def test_udev_gives_a_coral_its_group_and_keeps_it_awake(
    tmp_path: Path, ids: tuple[str, str], others: dict[str, str]
) -> None:
    told = udev(tmp_path, others, ids, "add")
    assert last(told, "2-1", "MODE") == last(told, "apex_0", "MODE") == "0660"
    assert (last(told, "2-1", "GROUP"), last(told, "apex_0", "GROUP")) == (NUMBERS["plugdev"], NUMBERS["apex"])
    assert last(told, "2-2", "MODE") == "0664", "as udev itself has it"
    assert re.findall(r"power: (\w+)", told) == ["on", "no", "no"]


@needs_udev
def test_udev_writes_nothing_to_what_was_unplugged(tmp_path: Path) -> None:
    told = udev(tmp_path, {}, ("18d1", "9302"), "remove")
    assert "70-edge.rules:" not in told
    assert re.findall(r"power: (\w+)", told) == ["no", "no", "no"]


def udev(folder: Path, others: dict[str, str], ids: tuple[str, str], action: str) -> str:
    """What udev says of the devices, by its own rules, ours and ``others``; groups go by number: none need be here."""
    for name, text in {**others, RULES.name: RULES.read_text()}.items():
        (folder / name).write_text(re.sub(r'GROUP="(\w+)"', lambda found: f'GROUP="{NUMBERS[found[1]]}"', text))
    script = ["unshare", "--mount", "bash", "-c", MACHINE, "bash", str(folder), *ids, action]
    environment = {**os.environ, "SYSTEMD_DEVICE_VERIFY_SYSFS": "0"}
    done = subprocess.run(script, env=environment, capture_output=True, text=True, check=False)
    if "permission denied" in done.stderr.lower():
        pytest.skip(f"this machine lets nobody mount: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def last(told: str, device: str, key: str) -> str:
    """What was said last of a device."""
    found: list[str] = re.findall(rf"^{device}: \S+ {key} (\d+)$", told, re.MULTILINE)
    return found[-1]
