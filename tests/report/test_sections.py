"""Each section, of a Raspberry Pi on which all is well, and of one where something is not to be had."""

from __future__ import annotations

import hashlib
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import publish

from edge.config.load import load
from edge.doctor.system import Output
from edge.report.appliance import Appliance, UnavailableError
from edge.settings import SCHEMA
from tests.doctor.machines import Machine, raspberry_pi

if TYPE_CHECKING:
    from pathlib import Path

    from tests.broker import Broker


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return raspberry_pi(tmp_path)


def written(machine: Machine, section: str) -> str:
    """A section's lines."""
    subject, loaded = machine.subject(), None
    if subject.configuration.problems == ():
        loaded = load(SCHEMA, machine.file, [f"{key}={value}" for key, value in machine.keys.items()])
    appliance = Appliance(subject, loaded, 20)
    return "\n".join(import_module(f"edge.report.sections.{section}").lines(appliance))


def test_versions_from_the_board_to_packages(machine: Machine) -> None:
    machine.write("etc/os-release", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n')
    machine.commands["vcgencmd version"] = Output(0, "Sep 23 2025 13:02:56\nversion 8a2f")
    machine.commands["vcgencmd bootloader_version"] = Output(1, complaint="Can't open device file: /dev/vcio")
    machine.commands["dpkg-query"] = Output(
        1, "installed edge-vision 1.0+deb12u1 arm64\nconfig-files mosquitto 2.0.11 arm64", "no packages found"
    )
    text = written(machine, "versions")
    for line in (
        "board           Raspberry Pi 4 Model B Rev 1.5",
        "firmware        Sep 23 2025 13:02:56 | version 8a2f",
        "bootloader      not available: vcgencmd: Can't open device file: /dev/vcio",
        "kernel          6.12.47+rpt-rpi-v8, aarch64, pages of 4096",
        "system          Debian GNU/Linux 12 (bookworm)",
        "  edge-vision 1.0+deb12u1 arm64\n  mosquitto 2.0.11 arm64 (config-files)",
        "  numpy ",
    ):
        assert line in text


def test_a_machine_that_is_no_pi_has_no_firmware_to_tell_of(machine: Machine) -> None:
    machine.write("proc/device-tree/model", "")
    text = written(machine, "versions")
    assert "board           does not say what it is" in text
    assert "firmware" not in text
    assert "not available: No such file or directory" in text


def test_settings_with_their_origins(machine: Machine) -> None:
    machine.file = machine.folder / "edge.toml"
    machine.file.write_text('[mqtt]\nhost = "broker.lan"\n')
    text = written(machine, "settings")
    assert f"file: {machine.file}\n" in text
    assert f'host = "broker.lan"                          # {machine.file}:2' in text
    assert "port = 1883                                  # default" in text
    assert 'source = "synthetic"                         # --set' in text


def test_wrong_settings_and_those_in_force_instead(machine: Machine) -> None:
    machine.file = machine.folder / "edge.toml"
    machine.file.write_text("[mqtt]\nport = true\n")
    assert "not available: " in written(machine, "settings")
    machine.write("var/lib/edge/last-good.toml", "[mqtt]\nport = 1999\n")
    text = written(machine, "settings")
    assert f"it is wrong:\n  {machine.file}:2: mqtt.port = true: must be a whole number" in text
    assert "port = 1999 " in text


def test_models_that_are_here_with_size_and_hash(machine: Machine) -> None:
    machine.write("opt/own.tflite", "mine")
    machine.keys["pose.model"] = "/opt/own.tflite"
    text = written(machine, "models")
    digest = hashlib.sha256(b"mine").hexdigest()
    assert f"pose: /opt/own.tflite: 4 bytes, sha256 {digest}\n" in text
    assert "  starter-pose (cpu): comes with Edge, verified" in text


def test_a_model_that_the_service_may_not_read_is_not_read_for_it(machine: Machine) -> None:
    machine.write("opt/own.tflite", "mine", mode=0o600)
    machine.keys |= {"pose.model": "/opt/own.tflite", "classification.model": "/opt/none.tflite"}
    machine.keys["action.enabled"] = "false"
    text = written(machine, "models")
    assert "pose: /opt/own.tflite, which the service may not read\n" in text
    assert "classification: /opt/none.tflite: not available: No such file or directory\n" in text
    assert "action: not enabled" in text


def test_devices_that_are_attached(machine: Machine) -> None:
    machine.write("sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n")
    machine.write("sys/bus/usb/devices/1-1/idVendor", "046d\n")
    machine.write("sys/bus/usb/devices/1-1/idProduct", "082d\n")
    machine.write("sys/bus/usb/devices/1-1/product", "HD Pro Webcam C920\n")
    machine.write("sys/bus/usb/devices/1-1/serial", "9F3A11C2\n")
    machine.commands["rpicam-hello"] = Output(0, "0 : imx708 [4608x2592]")
    text = written(machine, "devices")
    assert (
        "throttling: 0x50005; now: under-voltage, throttled; since the start: under-voltage, throttled\n"
        "temperature: 51.1 °C\n"
        "video devices:\n  /dev/video0: unicam-image\n  /dev/video10: bcm2835-codec-decode\n"
        "cameras that libcamera lists:\n  0 : imx708 [4608x2592]\n"
        "EdgeTPUs:\n  usb:0: a Coral on USB"
    ) in text
    assert "  HDMI-A-1: connected, an EDID\n  HDMI-A-2: disconnected, no EDID\n" in text
    assert "  1-1: 046d:082d HD Pro Webcam C920 at" in text
    assert "9F3A11C2" not in text


def test_a_machine_with_nothing_attached_says_none(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    text = written(Machine(tmp_path, tmp_path / "root"), "devices")
    assert "throttling: no firmware of a Raspberry Pi answers" in text
    assert text.count("  none") == 4
    assert "  not available: rpicam-hello: No such file or directory" in text


def test_logs_of_all_units_and_no_other(machine: Machine) -> None:
    machine.commands["journalctl --unit=edge.service --no-pager"] = Output(0, "2026-11-29 edge[1]: starting\nready")
    text = written(machine, "logs")
    assert text.startswith("edge:\n  2026-11-29 edge[1]: starting\n  ready\nedge-inbox:\n  nothing")
    assert "edge-first-boot:\n" in text
    assert "edge-update:\n" in text


def test_a_log_that_a_user_may_not_read_asks_for_sudo(machine: Machine) -> None:
    machine.uid = 1000
    hint = "Hint: You are currently not seeing messages from other users and the system."
    machine.commands["journalctl"] = Output(0, "-- No entries --", hint)
    assert "not available: only root and some groups may read the journal; run: sudo edge report" in written(
        machine, "logs"
    )
    machine.commands["journalctl"] = Output(124, complaint="no answer within 6 s")
    assert "edge:\n  not available: no answer within 6 s" in written(machine, "logs")


def test_what_systemd_knows_without_environment_and_command_lines(machine: Machine) -> None:
    machine.commands["systemctl show edge-update.service"] = Output(0, "LoadState=not-found\nActiveState=inactive")
    text = written(machine, "service")
    assert "edge: loaded\n  ActiveState=active\n  SubState=running\n" in text
    assert "edge-update: not installed\n" in text
    (machine.root / "run/systemd/system").rmdir()
    with pytest.raises(UnavailableError, match="not started by systemd"):
        written(machine, "service")


def test_the_stats_that_the_broker_keeps(machine: Machine, broker: Broker) -> None:
    with pytest.raises(UnavailableError, match=r"mqtt\.enabled is false"):
        written(machine, "stats")
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": broker.host, "mqtt.port": broker.port}
    with pytest.raises(UnavailableError, match="keeps nothing on edge/pi/stats"):
        written(machine, "stats")
    publish.single("edge/pi/stats", '{"version": "1.0", "load": 0.5}', 1, True, broker.host, broker.port)
    assert written(machine, "stats") == 'edge/pi/stats:\n{\n "version": "1.0",\n "load": 0.5\n}'
    broker.stop()
    with pytest.raises(UnavailableError, match=r"the broker cannot be asked \(.*; see broker.reachable above"):
        written(machine, "stats")


def test_an_update_that_was_taken_back(machine: Machine) -> None:
    assert written(machine, "rollback") == "there was none"
    machine.write("var/lib/edge-appliance/rolled-back.json", '{\n "version": "1.1"\n}\n')
    assert written(machine, "rollback") == '{\n "version": "1.1"\n}'


def test_disk_and_memory(machine: Machine) -> None:
    machine.write("proc/meminfo", "MemTotal:        3884396 kB\nMemAvailable:    3000000 kB\nDirty: 1 kB\n")
    machine.write("proc/loadavg", "0.10 0.20 0.30 1/234 567\n")
    text = written(machine, "space")
    assert text.startswith("/: ext4 on /dev/mmcblk0p2, ")
    assert " MB free, " in text
    assert "MemTotal 3884396 kB, MemAvailable 3000000 kB\nload 0.10 0.20 0.30" in text
    assert "proc on" not in text
