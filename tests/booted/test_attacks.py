"""What somebody who has taken over the service cannot make root do: each attack is driven for real, and fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.booted.conftest import Boot
    from tests.booted.machine import Machine

ROUNDS = 200
PRECIOUS = ("/etc/shadow", "/etc/passwd", "/etc/sudoers.d/precious")
POSTINST = "/var/lib/dpkg/info/edge-vision.postinst"

PLANT_LINKS = """
import os, sys
folder, target = sys.argv[1:]
os.chdir(folder)
seen = set(os.listdir("."))
print("ready", flush=True)
while True:
    for name in {*os.listdir("."), "edge.toml.new", ".edge.toml.new"} - seen:
        try:
            if os.path.lexists(name) and not os.path.islink(name):
                os.unlink(name)
            os.symlink(target, name)
        except OSError:
            pass
"""
"""Makes a link of every name that appears in a folder, and of those that root was known to use there."""

CONFIGURE = f"""
set -e
for tool in systemctl deb-systemd-invoke deb-systemd-helper udevadm; do
  printf '#!/bin/sh\\n' >"/run/quick/$tool"; chmod +x "/run/quick/$tool"
done
for round in $(seq {ROUNDS}); do
  rm -f /etc/edge/edge.toml
  PATH=/run/quick:$PATH DPKG_MAINTSCRIPT_PACKAGE=edge-vision {POSTINST} configure 1
done
"""
"""What the package does at an installation, without restarting the service each time."""


@pytest.fixture(scope="module")
def machine(boot: Boot) -> Iterator[Machine]:
    """A machine on which something precious lies."""
    with boot(files={"/etc/sudoers.d/precious": "nobody may read this\n"}) as machine:
        machine.ask("chmod", "600", "/etc/sudoers.d/precious")
        yield machine


def state(machine: Machine) -> str:
    """Owner, mode and content of what must not change."""
    return machine.ask("sh", "-c", f"stat --format='%n %U %G %a' {' '.join(PRECIOUS)}; sha256sum {' '.join(PRECIOUS)}")


@pytest.mark.timeout(600)
def test_an_installation_makes_no_file_where_the_service_may_lay_links(machine: Machine) -> None:
    before = state(machine)
    machine.write("/run/quick/plant.py", PLANT_LINKS)
    attack = ("systemd-run", "--unit=attack", "--uid=edge", "--gid=edge", "--property=Nice=-5")
    machine.ask(*attack, "python3", "/run/quick/plant.py", "/etc/edge", "/etc/shadow")
    machine.run("sh", "-c", CONFIGURE, timeout_s=500)
    assert machine.ask("stat", "--format=%U %G %a", "/etc/edge/edge.toml") == "root edge 664"
    machine.ask("systemctl", "stop", "attack")
    assert state(machine) == before
