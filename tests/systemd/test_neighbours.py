"""What stands beside the units agrees with them, and with what Edge's code expects."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from edge.doctor.checks.groups import GROUPS
from edge.mqtt.broker_address import CREDENTIAL
from edge.runtime.edgetpu.devices import USB_IDS

SYSTEMD = Path(__file__).parents[2] / "systemd"
UNIT = (SYSTEMD / "edge.service").read_text()
RULES = (SYSTEMD / "udev/70-edge.rules").read_text()
SYSUSERS = SYSTEMD / "sysusers.d/edge.conf"


def settings(text: str) -> list[tuple[str, str]]:
    """The keys of a unit, with their values."""
    return re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)


def test_the_user_is_in_all_groups_that_own_devices() -> None:
    assert ("SupplementaryGroups", " ".join(GROUPS)) in settings(UNIT)
    assert re.findall(r"^m edge (\w+)$", SYSUSERS.read_text(), re.MULTILINE) == list(GROUPS)
    assert set(re.findall(r'GROUP="(\w+)"', RULES)) <= set(GROUPS)


def test_the_user_can_be_made(tmp_path: Path) -> None:
    if shutil.which("systemd-sysusers") is None:
        pytest.skip("systemd-sysusers is not installed")
    command = ["systemd-sysusers", "--dry-run", f"--root={tmp_path}", str(SYSUSERS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "user 'edge' (Edge vision appliance)" in done.stdout + done.stderr


def test_both_faces_of_a_coral_have_a_rule() -> None:
    found = re.findall(r'^SUBSYSTEM=="usb".*ATTR{idVendor}=="(\w+)", ATTR{idProduct}=="(\w+)"', RULES, re.MULTILINE)
    assert set(found) == set(USB_IDS)


def test_udev_has_nothing_to_say_about_the_rules() -> None:
    if shutil.which("udevadm") is None:
        pytest.skip("udevadm is not installed")
    if "verify" not in subprocess.run(["udevadm", "--help"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("there is no udevadm verify; systemd 254 has it")
    command = ["udevadm", "verify", "--resolve-names=never", str(SYSTEMD / "udev/70-edge.rules")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_service_gets_the_password_that_the_code_looks_for() -> None:
    assert ("LoadCredential", f"{CREDENTIAL}:edge.{CREDENTIAL}") in settings(UNIT)


def test_the_service_may_draw_on_a_monitor_and_hear_of_it() -> None:
    assert ("DeviceAllow", "char-drm rw") in settings(UNIT)
    assert "AF_NETLINK" in dict(settings(UNIT))["RestrictAddressFamilies"].split()
    assert "modprobe@drm.service" in dict(settings(UNIT))["Wants"].split()


def test_the_end_of_a_child_process_is_not_that_of_the_service() -> None:
    """By default systemd stops a whole service when the kernel has ended one of its processes for its memory."""
    assert ("OOMPolicy", "continue") in settings(UNIT)


def test_what_the_service_may_write_is_made_for_it() -> None:
    folders = (SYSTEMD / "tmpfiles.d/edge.conf").read_text()
    assert ("ReadWritePaths", "/etc/edge") in settings(UNIT)
    assert ("ConfigurationDirectoryMode", "2775") in settings(UNIT)
    assert "\nd /etc/edge 2775 root edge -\n" in folders
    assert "\nd /var/lib/edge 0755 edge edge -\n" in folders


def test_where_systemd_sends_the_signal_itself_the_unit_sends_none() -> None:
    """Else every reload would be done twice."""
    drop_in = (SYSTEMD / "edge.service.d/notify-reload.conf").read_text()
    assert settings(drop_in) == [("Type", "notify-reload"), ("ExecReload", "")]


def test_the_wait_before_a_restart_stays_short() -> None:
    drop_in = dict(settings((SYSTEMD / "edge.service.d/restart-steps.conf").read_text()))
    assert int(dict(settings(UNIT))["RestartSec"]) < int(drop_in["RestartMaxDelaySec"]) <= 10
    assert int(drop_in["RestartSteps"]) > 0
