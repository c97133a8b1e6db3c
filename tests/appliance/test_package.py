"""The Debian package edge-appliance, as it is built."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.package import archive
from deploy.package.__main__ import build_appliance
from deploy.package.target import SUITES, Target
from edge_appliance import debian
from edge_appliance.mend_packages import INTERRUPTED
from edge_appliance.system import STATE
from tests.shell_scripts import check_script

SOURCE = Path(__file__).parents[2] / "deploy/appliance"
SCRIPTS = SOURCE / "scripts"
UNITS = SOURCE / "root/usr/lib/systemd/system"
OWN_MOUNTS = ("unshare", "--user", "--map-root-user", "--mount")
IN_ROOT = 'cd "$0"; for name in boot etc run var; do mount --bind "$name" "/$name"; done; exec sh -s "$1"'
"""Runs a script, which comes from stdin, where these folders of the machine are others."""
GOOD, ROLLED_BACK = "var/lib/edge-appliance/update.json", "var/lib/edge-appliance/rolled-back.json"
PIN = "etc/apt/preferences.d/edge-appliance"

needs_mounts = pytest.mark.skipif(
    subprocess.run([*OWN_MOUNTS, "true"], check=False, capture_output=True).returncode != 0,
    reason="no mounts of one's own can be made here",
)


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch) -> Target:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not installed")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    return Target(SUITES["trixie"], "arm64")


def test_it_has_the_same_bytes_each_time_and_runs_where_it_is_unpacked(target: Target, tmp_path: Path) -> None:
    one, other = (build_appliance(target, tmp_path / name) for name in ("one", "other"))
    assert one.name.endswith("+deb13_all.deb")
    assert one.read_bytes() == other.read_bytes()
    subprocess.run(["dpkg-deb", "--raw-extract", one, tmp_path / "root"], check=True)
    program = tmp_path / "root/usr/lib/edge-appliance/edge-appliance"
    done = subprocess.run([program, "--help"], capture_output=True, text=True, check=True, cwd="/")
    assert "first-boot" in done.stdout
    conffiles = tmp_path / "root/DEBIAN/conffiles"
    listed = conffiles.read_text().splitlines() if conffiles.exists() else []
    assert listed == [f"/{path.relative_to(SOURCE / 'root')}" for path in _files_below_etc()]


@pytest.mark.parametrize("name", archive.SCRIPTS)
def test_the_scripts_are_right(name: str) -> None:
    check_script(SCRIPTS / name)


@pytest.mark.parametrize("name", ["postinst", "postrm"])
def test_the_scripts_look_after_all_units_that_start_by_themselves(name: str) -> None:
    found = re.search(r"for unit in (.*); do", (SCRIPTS / name).read_text())
    assert found is not None
    assert set(found[1].split()) == {
        path.name for path in UNITS.glob("*.service") if "\n[Install]\n" in path.read_text()
    }


def test_the_first_version_is_kept_before_it_is_watched() -> None:
    script = (SCRIPTS / "postinst").read_text()
    assert script.index("edge-appliance keep-installed") < script.index("deb-systemd-invoke restart")


@needs_mounts
@pytest.mark.parametrize(
    ("action", "left"), [("upgrade", {GOOD, ROLLED_BACK, PIN}), ("remove", {GOOD}), ("purge", set())]
)
def test_once_nobody_watches_updates_no_version_is_refused(tmp_path: Path, action: str, left: set[str]) -> None:
    for name in ("boot", "run"):
        (tmp_path / name).mkdir()
    for name in (GOOD, ROLLED_BACK, PIN):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("what it remembers")
    with (SCRIPTS / "postrm").open() as script:
        subprocess.run([*OWN_MOUNTS, "sh", "-ec", IN_ROOT, tmp_path, action], stdin=script, check=True)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == left


@pytest.mark.parametrize("name", ["first-boot", "package-repair", "package-repair-others"])
def test_a_boot_partition_is_waited_for_and_one_that_does_not_come_keeps_nobody_from_the_rest(name: str) -> None:
    lines = (UNITS / f"edge-{name}.service").read_text().splitlines()
    assert {"Wants=boot-firmware.mount", "After=boot-firmware.mount"} < set(lines)
    assert not [line for line in lines if line.startswith("Requires") and "/boot/firmware" in line]


@pytest.mark.parametrize("name", ["edge-package-repair.service", "edge-package-repair-others.service"])
def test_a_shutdown_tells_dpkg_nothing_while_a_power_cut_is_mended(name: str) -> None:
    assert {"KillMode=mixed", "KillSignal=SIGCONT"} < set((UNITS / name).read_text().splitlines())


@pytest.mark.parametrize("what", ["Start", "Stop"])
def test_what_mends_edge_has_the_time_of_all_its_steps(what: str) -> None:
    found = re.search(rf"^Timeout{what}Sec=(\d+)$", (UNITS / "edge-package-repair.service").read_text(), re.MULTILINE)
    assert found is not None
    assert int(found[1]) >= debian.CONFIGURE_S + debian.CONFIGURE_ALL_S + 2 * debian.INSTALL_S


def test_a_shutdown_waits_until_what_goes_back_has_come_to_its_end() -> None:
    found = re.search(r"^TimeoutStopSec=(\d+)$", (UNITS / "edge-update.service").read_text(), re.MULTILINE)
    assert found is not None
    assert int(found[1]) >= debian.CONFIGURE_S + debian.INSTALL_S


def test_what_is_remembered_of_a_power_cut_goes_once_all_is_completed() -> None:
    lines = (UNITS / "edge-package-repair-others.service").read_text().splitlines()
    assert f"ExecStopPost=/usr/bin/rm -f {STATE}/{INTERRUPTED}" in lines


def _files_below_etc() -> list[Path]:
    return sorted(path for path in (SOURCE / "root/etc").rglob("*") if path.is_file() and not path.is_symlink())
