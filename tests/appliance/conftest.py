"""A machine in a folder: its files, and stand-ins for the programs that only a booted system has."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from edge_appliance import broker_login
from edge_appliance.keep_package import keep_packages
from edge_appliance.places import Places
from tests.appliance.update import OLD, watch_to_the_end
from tests.appliance.updated_machine import SETTINGS, UpdatedMachine

if TYPE_CHECKING:
    from pathlib import Path

_STAND_IN = """\
#!/bin/sh
echo "$(basename "$0") $*" >>{log}
case "$*" in
  "config set mqtt.username edge")
    ! grep -qs 'enabled = "maybe"' {settings} || exit 2 # it takes no value for a file in which another is wrong
    printf '[mqtt]\\nusername = "edge"\\n' >>{settings}
    ;;
  is-active*) exit 3 ;; # nothing runs yet
esac
"""


class Told:
    """What the stand-ins were told to do."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def __call__(self) -> list[str]:
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [line for line in lines if "is-active" not in line]


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A Debian with mosquitto and avahi, as they were installed."""
    if shutil.which("mosquitto_passwd") is None:
        pytest.skip("mosquitto is not installed")
    places = Places(tmp_path / "root")
    for folder in ("etc/edge", "etc/ssh", "etc/mosquitto/conf.d", "etc/avahi/services", "boot/firmware", "run"):
        (places.root / folder).mkdir(parents=True)
    places.machine_id.write_text("0123456789abcdef0123456789abcdef\n")
    places.hosts.write_text("127.0.0.1 localhost\n127.0.1.1 edge\n192.168.1.5 nas edge-nas\n")
    (places.mosquitto / "mosquitto.conf").write_text("persistence true\ninclude_dir /etc/mosquitto/conf.d\n")
    # Who runs the tests stands for the broker's user.
    monkeypatch.setattr(broker_login, "_owner", lambda _user: (os.geteuid(), os.getegid()))
    return places


@pytest.fixture
def told(tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Stand-ins for what changes a running system; mosquitto_passwd is the real one."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("edge", "systemctl", "hostnamectl", "agetty", "ssh-keygen"):
        (programs / name).write_text(_STAND_IN.format(log=tmp_path / "told", settings=places.edge_settings))
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return Told(tmp_path / "told")


@pytest.fixture
def machine(tmp_path: Path) -> UpdatedMachine:
    """One on which the old version works and is kept, as an image is."""
    made = UpdatedMachine(tmp_path / "root", OLD)
    (made.root / "usr").mkdir(parents=True)
    made.write(SETTINGS, "of the old one\n")
    keep_packages(made.system, [f"{made.package(OLD)}\n"])
    watch_to_the_end(made)
    return made
