"""Updates that fail, with real apt, dpkg and systemd: in the end the appliance publishes, and says what happened."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pytest

from tests.booted.conftest import bare_root, deb
from tests.booted.machine import machine_name, overlaid, started, wait_until
from tests.booted.newer_package import BEHAVIOUR, NEWER, make_newer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.booted.machine import Machine

# An update is given its time to come up, then its time to go back.
pytestmark = pytest.mark.timeout(600)

Boots: TypeAlias = "Callable[[str], AbstractContextManager[Machine]]"

SETTINGS = '[camera]\nsource = "synthetic"\nloop = true\n'
STATE = "/var/lib/edge-appliance"
APT = ("apt-get", "--yes", "--no-install-recommends", "install")
INSTALL = (*APT, "/root/newer.deb")
WATCH = """\
[Service]
ExecStart=
ExecStart=/usr/lib/edge-appliance/edge-appliance watch-update --well-s 6 --limit-s 60 --look-s 0.5 --most-restarts 3
"""
# What this is about is updates; the broker lets everybody in.
PREPARE = f"""
set -e
{" ".join(APT)} /root/edge.deb /root/edge-appliance.deb
systemctl mask edge-first-boot.service
rm -f /etc/mosquitto/conf.d/*
systemctl enable mosquitto.service
"""


LOCAL_ARCHIVE = """
mkdir -p /srv/archive
cd /srv/archive
cp /root/newer.deb .
{
  dpkg-deb --field newer.deb
  echo "Filename: ./newer.deb"
  echo "Size: $(stat --format=%s newer.deb)"
  echo "SHA256: $(sha256sum newer.deb | cut -d ' ' -f 1)"
} >Packages
rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*
echo "deb [trusted=yes] file:/srv/archive ./" >/etc/apt/sources.list
apt-get update
"""
GIANT = """\
Package: edge-vision
Version: 98
Architecture: all
Maintainer: nobody <nobody@localhost>
Installed-Size: 1099511627776
Description: more than any card holds
"""


class Appliances(NamedTuple):
    """The root of an appliance whose first version has worked, and a package that is newer."""

    suite: str
    root: Path
    newer: Path


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def appliances(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliances]:
    suite: str = request.param
    scratch = tmp_path_factory.mktemp(f"updates-{suite}")
    with overlaid(bare_root(suite), scratch / "base") as root:
        shutil.copy(deb(suite), root / "root/edge.deb")
        shutil.copy(deb(suite, "edge-appliance"), root / "root/edge-appliance.deb")
        _inside(root, scratch, PREPARE)
        for name, text in {
            "etc/edge/edge.toml": SETTINGS,
            "etc/systemd/system/edge-update.service.d/test.conf": WATCH,
            BEHAVIOUR: "works",
        }.items():
            path = root / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        shutil.chown(root / "etc/edge/edge.toml", "root", (root / "etc/edge").stat().st_gid)
        (root / "etc/edge/edge.toml").chmod(0o664)
        newer = make_newer(deb(suite), scratch)
        yield Appliances(suite, root, newer)


@pytest.fixture
def updated(appliances: Appliances, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Boots]:
    """Boots one appliance, as often as it is called; the newer package lies there and will behave as is said."""
    scratch = tmp_path_factory.mktemp(appliances.suite)
    with overlaid(appliances.root, scratch / "layer") as root:
        shutil.copy(appliances.newer, root / "root/newer.deb")

        def boot(behaviour: str) -> AbstractContextManager[Machine]:
            (root / BEHAVIOUR.lstrip("/")).write_text(behaviour)
            return started(appliances.suite, root, scratch)

        yield boot


def test_one_whose_starts_fail_makes_way_and_that_is_said_everywhere(updated: Boots) -> None:
    with updated("fails") as machine:
        old = first_version(machine)
        machine.ask(*INSTALL)
        wait_until(lambda: is_installed(machine, old), "the old version is back", 180)
        assert publishes(machine)["update_error"].startswith(f"{NEWER}")
        wait_until(lambda: "an update was taken back: 99" in machine.unit("StatusText"), "the status says so")
        record = state(machine, "rolled-back.json")
        assert record["restored"] == old
        assert record["why"].startswith("it had to be started again 3 times (systemd: loaded")
        assert "the camera of tomorrow is missing" in record["log"]
        assert f"Going back to {old}" in machine.journal("--priority=err", unit="edge-update")
        found = doctor(machine)
        assert found["verdict"] == "warning"
        assert "had to be started again" in found["why"]

        # apt leaves it alone from now on; a person who wants it all the same gets it, and is believed if it works.
        machine.ask("sh", "-ec", LOCAL_ARCHIVE)
        assert "edge-vision" not in machine.ask("apt-get", "--simulate", "upgrade")
        machine.write(BEHAVIOUR, "works")
        machine.ask(*INSTALL)
        wait_until(lambda: state(machine, "update.json")["good"].startswith(NEWER), "it is confirmed", 180)
        assert not machine.path(f"{STATE}/rolled-back.json").exists()
        assert not machine.path("/etc/apt/preferences.d/edge-appliance").exists()
        assert publishes(machine)["update_error"] is None


def test_one_that_hangs_before_it_is_ready_makes_way(updated: Boots) -> None:
    with updated("hangs") as machine:
        old = first_version(machine)
        # The package's own script waits for the start, and apt for the script.
        machine.write("/etc/systemd/system/edge.service.d/short.conf", "[Service]\nTimeoutStartSec=40\n")
        machine.ask(*INSTALL)
        wait_until(lambda: is_installed(machine, old), "the old version is back", 180)
        assert "it did not work within 60 s" in state(machine, "rolled-back.json")["why"]
        publishes(machine)

        # Nobody would allow the version any more.
        machine.ask("apt-get", "--yes", "remove", "edge-appliance")
        assert not machine.path("/etc/apt/preferences.d/edge-appliance").exists()
        assert publishes(machine)["update_error"] is None


def test_one_that_crashes_and_has_written_settings_of_its_own_makes_way(updated: Boots) -> None:
    with updated("crashes") as machine:
        old = first_version(machine)
        machine.ask(*INSTALL)
        wait_until(lambda: is_installed(machine, old), "the old version is back", 180)
        wait_until(lambda: "the last good one is in force" in machine.unit("StatusText"), "it knows its own settings")
        stats = publishes(machine)
        assert "from_the_future" in stats["config_error"]
        assert stats["camera"]["source"] == "synthetic"
        assert "it had to be started again 3 times" in state(machine, "rolled-back.json")["why"]


def test_one_that_works_is_confirmed_and_settings_are_kept(updated: Boots) -> None:
    with updated("works") as machine:
        first_version(machine)
        machine.ask("edge", "config", "set", "pose.max_people", "3")
        machine.ask(*INSTALL)
        wait_until(lambda: state(machine, "update.json")["good"].startswith(NEWER), "it is confirmed", 180)
        assert "max_people = 3" in machine.path("/etc/edge/edge.toml").read_text()
        assert publishes(machine)["config_error"] is None
        (kept,) = machine.path(f"{STATE}/packages").iterdir()
        assert kept.name.startswith(f"edge-vision_{NEWER}"), "the one before is not needed any more"
        assert doctor(machine)["verdict"] == "ok"


def test_a_power_cut_during_the_watch_is_no_failure(updated: Boots) -> None:
    with updated("works") as machine:
        first_version(machine)
        machine.ask(*INSTALL)
        wait_until(lambda: "is new here" in machine.journal(unit="edge-update"), "it is watched")
        machine.cut_power()
    with updated("works") as machine:
        assert publishes(machine)["update_error"] is None
        wait_until(lambda: state(machine, "update.json")["good"].startswith(NEWER), "it is confirmed", 180)


def test_a_power_cut_while_dpkg_unpacks_is_made_good_at_the_next_boot(updated: Boots) -> None:
    with updated("works") as machine:
        old = first_version(machine)
        apt = subprocess.Popen(machine.inside(*INSTALL), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        home = machine.path("/usr/lib/edge-vision")
        wait_until(lambda: any(home.rglob("*.dpkg-new")), "dpkg unpacks")
        machine.cut_power()
        apt.wait()
    with updated("works") as machine:
        assert "an installation was interrupted" in machine.journal(unit="edge-package-repair")
        assert is_installed(machine, old)
        assert publishes(machine)["update_error"] is None
        assert machine.ask("dpkg", "--audit") == ""
        machine.ask(*INSTALL)


def test_without_room_apt_does_not_even_begin(updated: Boots) -> None:
    with updated("works") as machine:
        old = first_version(machine)
        machine.write("/root/giant/DEBIAN/control", GIANT)
        machine.ask("dpkg-deb", "--build", "/root/giant")
        done = machine.run(*APT, "/root/giant.deb", check=False)
        assert done.returncode != 0
        assert "MB more than are free; nothing has been changed" in done.stdout + done.stderr
        assert is_installed(machine, old)


def first_version(machine: Machine) -> str:
    """The version that the appliance came with, once it has worked for a while."""
    installed = machine.ask("dpkg-query", "--show", "--showformat=${Version}", "edge-vision")
    wait_until(lambda: state(machine, "update.json").get("good") == installed, "the first version works", 120)
    return installed


def is_installed(machine: Machine, version: str) -> bool:
    form = "--showformat=${db:Status-Status} ${Version}"
    return machine.ask("dpkg-query", "--show", form, "edge-vision") == f"installed {version}"


def publishes(machine: Machine) -> dict[str, Any]:
    """Its stats of now, after a result; the first are of an earlier run, as they are retained."""
    assert machine.listen("edge/+/pose", limit_s=90)
    return machine.listen("edge/+/stats", 2)[-1]


def state(machine: Machine, name: str) -> dict[str, Any]:
    path = machine.path(f"{STATE}/{name}")
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def doctor(machine: Machine) -> dict[str, str]:
    found: list[dict[str, str]] = json.loads(machine.run("edge", "doctor", "--json", check=False).stdout)
    return next(one for one in found if one["name"] == "update.last")


def _inside(root: Path, scratch: Path, script: str) -> None:
    """Run a script in a root in which nothing else runs, as an image is made."""
    container = ["systemd-nspawn", "--quiet", f"--directory={root}", f"--machine={machine_name(scratch)}"]
    options = ["--register=no", "--keep-unit", "--pipe", "--private-network", "--setenv=DEBIAN_FRONTEND=noninteractive"]
    command = [*container, *options, "sh", "-c", script]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
