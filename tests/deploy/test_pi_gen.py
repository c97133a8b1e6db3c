"""The stage for pi-gen: its scripts run as pi-gen calls them, but for what it runs in the image."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

STAGE = ROOT / "deploy/image/pi-gen/stage-edge"
# pi-gen exports these two functions to the scripts of a stage.
CALLED = """
copy_previous() { mkdir -p "$ROOTFS_DIR/copied"; }
on_chroot() { { cd "$ROOTFS_DIR"; find var -type f; cat; } >>"$SAID"; }
export -f copy_previous on_chroot
exec "$1"
"""


@pytest.fixture
def step(tmp_path: Path) -> Path:
    """The step of the stage, with packages in its files/, and a root in which two images would be alike."""
    made = tmp_path / "stage-edge/00-edge"
    shutil.copytree(STAGE / "00-edge", made, ignore=shutil.ignore_patterns("files"))
    (made / "files").mkdir()
    for name in ("edge-vision_1+deb13_arm64.deb", "edge-appliance_1+deb13_all.deb"):
        (made / "files" / name).touch()
    for name in ("etc/machine-id", "etc/ssh/ssh_host_rsa_key", "etc/ssh/sshd_config"):
        (tmp_path / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / name).write_text("of the build\n")
    return made


def call(script: Path, root: Path) -> int:
    """Run a script of a stage; its exit status."""
    environment = {**os.environ, "ROOTFS_DIR": str(root), "SAID": f"{root}.said"}
    return subprocess.run(
        ["bash", "-ec", CALLED, "bash", str(script)], cwd=script.parent, env=environment, check=False
    ).returncode


def test_both_packages_are_installed_together_and_the_version_is_kept(step: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    assert call(step / "00-run.sh", root) == 0
    files, commands = (tmp_path / "root.said").read_text().split("set -e\n")
    assert sorted(files.split()) == [
        "var/cache/edge-image/edge-appliance_1+deb13_all.deb",
        "var/cache/edge-image/edge-vision_1+deb13_arm64.deb",
    ]
    assert commands.splitlines() == [
        "apt-get --yes install /var/cache/edge-image/*.deb",
        "ls /var/cache/edge-image/edge-vision_*.deb | /usr/lib/edge-appliance/edge-appliance keep-package",
    ]


def test_nothing_is_left_that_copies_must_not_share(step: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    assert call(step / "00-run.sh", root) == 0
    assert (root / "etc/machine-id").read_text() == ""
    assert [path.name for path in (root / "etc/ssh").iterdir()] == ["sshd_config"]
    assert not (root / "var/cache/edge-image").exists()


def test_without_packages_the_build_ends_there(step: Path, tmp_path: Path) -> None:
    shutil.rmtree(step / "files")
    assert call(step / "00-run.sh", tmp_path / "root") != 0
    assert not (tmp_path / "root.said").exists()


def test_the_stage_begins_with_what_the_one_before_has_made(tmp_path: Path) -> None:
    assert call(STAGE / "prerun.sh", tmp_path / "root") == 0
    assert (tmp_path / "root/copied").exists()
    assert call(STAGE / "prerun.sh", tmp_path / "root") == 0, "nothing is copied over what is there"


def test_it_exports_an_image() -> None:
    assert (STAGE / "EXPORT_IMAGE").read_text() == 'IMG_SUFFIX="-edge"\n'
