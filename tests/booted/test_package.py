"""The package on a running system: installed, tuned, upgraded, purged."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.booted.conftest import bare_root, deb
from tests.booted.machine import booted, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.booted.machine import Machine

SETTINGS = "/etc/edge/edge.toml"
APT = ("apt-get", "--yes", "--no-install-recommends")
PASSWORD = "/etc/credstore/edge.mqtt-password"
LOCKED_BROKER = """
cat >/etc/mosquitto/conf.d/locked.conf <<END
listener 1883 localhost
allow_anonymous false
password_file /etc/mosquitto/passwords
END
mosquitto_passwd -b -c /etc/mosquitto/passwords edge 'correct horse'
chown mosquitto: /etc/mosquitto/passwords
systemctl restart mosquitto
"""
NOT_OURS = (
    *("proc", "sys", "dev", "run", "tmp", "root", "var/tmp", "var/log", "var/cache", "var/lib/dpkg", "var/lib/apt"),
    *("etc/credstore", "var/lib/mosquitto"),
)
"""What the kernel, apt, dpkg and the broker keep for themselves, and a folder that a person has made."""


@dataclass(frozen=True)
class Bare:
    """A booted machine, and what was on it before the package ever was."""

    machine: Machine
    files: set[str]
    ports: set[str]


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def bare(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bare]:
    """A machine for all tests of this file, one after the other."""
    suite: str = request.param
    with booted(suite, bare_root(suite), tmp_path_factory.mktemp(f"bare-{suite}")) as machine:
        yield Bare(machine, files(machine), open_ports(machine))


@pytest.fixture
def machine(bare: Bare) -> Machine:
    """The machine alone."""
    return bare.machine


def test_it_installs_asking_nothing_opening_nothing_and_works(bare: Bare) -> None:
    machine = bare.machine
    install(machine, deb(machine.suite))
    assert machine.ask("systemctl", "is-active", "edge") == "active"
    assert machine.ask("systemctl", "is-enabled", "edge") == "enabled"
    assert machine.unit("NRestarts") == "0"
    assert open_ports(machine) == bare.ports
    machine.ask("systemctl", "start", "mosquitto")
    machine.ask("edge", "config", "set", "camera.source", "synthetic")
    machine.ask("edge", "config", "set", "camera.loop", "true")
    machine.ask("systemctl", "restart", "edge")
    (pose,) = machine.listen("edge/+/pose")
    assert pose["model"] == "starter-pose"


def test_its_units_are_right(machine: Machine) -> None:
    for unit in ("edge.service", "edge-inbox.service"):
        done = machine.run("systemd-analyze", "verify", unit)
        assert done.stderr == ""
    assert machine.unit("Type") == {"bookworm": "notify", "trixie": "notify-reload"}[machine.suite]


def test_a_reload_takes_a_good_file(machine: Machine) -> None:
    process = machine.unit("MainPID")
    machine.ask("edge", "config", "set", "pose.max_rate_hz", "5", "--apply")
    wait_until(lambda: "applied=pose.max_rate_hz" in machine.journal(), "it is applied")
    assert machine.unit("MainPID") == process


def test_who_applies_what_the_service_refuses_is_told(machine: Machine) -> None:
    good = machine.path(SETTINGS).read_bytes()
    machine.ask("edge", "config", "set", "mqtt.tls", "true")
    done = machine.run("edge", "config", "set", "mqtt.ca_file", "/etc/none.pem", "--apply", check=False)
    assert done.returncode == 1
    assert "the service goes on with what it had" in done.stderr
    assert "/etc/none.pem" in done.stderr
    machine.path(SETTINGS).write_bytes(good)
    machine.ask("systemctl", "reload", "edge")


def test_a_reload_of_a_wrong_file_changes_nothing_and_says_why(machine: Machine) -> None:
    process, good = machine.unit("MainPID"), machine.path(SETTINGS).read_text()
    machine.path(SETTINGS).write_text(good + "\n[pose2]\n")
    machine.run("systemctl", "reload", "edge")
    wait_until(lambda: "the configuration is wrong" in machine.unit("StatusText"), "the status says so")
    assert "pose2" in machine.unit("StatusText")
    assert machine.unit("MainPID") == process
    machine.ask("systemctl", "restart", "edge")  # not even a new start needs the file to be right
    wait_until(lambda: "the configuration is wrong" in machine.unit("StatusText"), "the status still says so")
    assert machine.listen("edge/+/pose")
    machine.path(SETTINGS).write_text(good)
    machine.ask("systemctl", "reload", "edge")
    wait_until(lambda: machine.unit("StatusText").startswith("pose "), "all is well again")


def test_the_password_is_a_credential(machine: Machine) -> None:
    machine.ask("sh", "-ec", LOCKED_BROKER)
    machine.ask("edge", "config", "set", "mqtt.username", "edge")
    machine.ask("systemctl", "restart", "edge")
    wait_until(lambda: "no broker" in machine.unit("StatusText"), "it is refused without a password")
    machine.ask("install", "-D", "-m", "600", "/dev/null", PASSWORD)
    machine.write(PASSWORD, "correct horse\n")
    machine.ask("systemctl", "restart", "edge")
    wait_until(lambda: machine.unit("StatusText").startswith("pose "), "it is let in")
    assert "correct horse" not in machine.journal()
    machine.ask(
        "sh", "-ec", "rm /etc/mosquitto/conf.d/locked.conf /etc/mosquitto/passwords; systemctl restart mosquitto"
    )


def test_an_upgrade_keeps_settings_and_choices(machine: Machine, tmp_path: Path) -> None:
    settings, process = machine.path(SETTINGS).read_bytes(), machine.unit("MainPID")
    install(machine, newer(deb(machine.suite), tmp_path))
    assert machine.ask("dpkg-query", "--show", "--showformat=${Version}", "edge-vision").startswith("99")
    assert machine.path(SETTINGS).read_bytes() == settings
    assert machine.ask("systemctl", "is-active", "edge") == "active"
    assert machine.unit("MainPID") != process, "the new version runs"
    machine.ask("systemctl", "disable", "--now", "edge")
    machine.ask(*APT, "--reinstall", "install", "/root/edge.deb")
    assert machine.run("systemctl", "is-enabled", "edge", check=False).stdout.strip() == "disabled"
    machine.ask("systemctl", "enable", "--now", "edge")


def test_removed_it_keeps_settings_purged_it_leaves_nothing(bare: Bare) -> None:
    machine = bare.machine
    machine.ask(*APT, "remove", "edge-vision")
    assert machine.path(SETTINGS).exists()
    assert machine.run("pgrep", "-u", "edge", check=False).stdout == ""
    machine.ask(*APT, "purge", "edge-vision")
    assert files(machine) == bare.files
    assert not machine.path(PASSWORD).exists()
    for database in ("passwd", "group", "shadow", "gshadow"):
        assert "edge" not in machine.path(f"/etc/{database}").read_text()
    assert machine.unit("LoadState") == "not-found"
    assert machine.ask("systemctl", "--failed", "--no-legend") == ""


def test_the_group_that_fstab_names_keeps_its_number(machine: Machine) -> None:
    """Else the next group to come would have it, and with it what lies on the boot partition."""
    install(machine, deb(machine.suite))
    number = machine.ask("id", "--group", "edge")
    fstab = machine.path("/etc/fstab")
    before = fstab.read_text() if fstab.exists() else ""
    machine.write("/etc/fstab", f"card /mnt vfat noauto,gid={number},fmask=0137 0 2\n")
    machine.ask(*APT, "purge", "edge-vision")
    assert machine.run("id", "edge", check=False).returncode != 0
    assert machine.ask("getent", "group", "edge") == f"edge:x:{number}:"
    machine.ask("groupadd", "--system", "later")
    install(machine, deb(machine.suite))
    assert machine.ask("id", "--group", "edge") == number
    assert machine.ask("systemctl", "is-active", "edge") == "active"
    machine.write("/etc/fstab", f"{before}# gid={number}\n")
    machine.ask(*APT, "purge", "edge-vision")
    assert machine.run("getent", "group", "edge", check=False).stdout == ""


def install(machine: Machine, package: Path) -> None:
    """As a person does it, with nobody there to answer."""
    shutil.copy(package, machine.path("/root/edge.deb"))
    machine.ask(*APT, "install", "/root/edge.deb")


def newer(package: Path, folder: Path) -> Path:
    """The same package under a version that comes later."""
    content, made = folder / "content", folder / "newer.deb"
    if not made.exists():
        subprocess.run(["dpkg-deb", "--raw-extract", package, content], check=True)
        control = content / "DEBIAN" / "control"
        control.write_text(control.read_text().replace("\nVersion: ", "\nVersion: 99"))
        subprocess.run(["dpkg-deb", "-Znone", "--build", content, made], check=True, stdout=subprocess.DEVNULL)
    return made


def files(machine: Machine) -> set[str]:
    """All files and folders but those that are not ours to judge."""
    leave_out = [word for folder in NOT_OURS for word in ("-path", f"/{folder}", "-prune", "-o")]
    return set(machine.ask("find", "/", "-xdev", *leave_out, "-print").splitlines())


def open_ports(machine: Machine) -> set[str]:
    """Where somebody listens."""
    listening = "0A"
    lines = [line.split() for name in ("tcp", "tcp6") for line in machine.ask("cat", f"/proc/net/{name}").splitlines()]
    return {words[1] for words in lines if words[3] == listening}
