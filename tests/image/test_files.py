"""What lies in deploy/image, where nothing is built."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2] / "deploy" / "image"
SCRIPTS = [HERE / "build", HERE / "assemble", *HERE.glob("*.sh"), HERE.parents[1] / "scripts" / "image-test"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_well_formed(script: Path) -> None:
    subprocess.run(["bash", "-n", str(script)], check=True)
    if shutil.which("shellcheck"):
        done = subprocess.run(
            ["shellcheck", "-x", str(script)], capture_output=True, text=True, cwd=HERE.parents[1], check=False
        )
        assert done.stdout == ""


def test_no_password_and_no_key_is_in_the_image() -> None:
    for path in (*(HERE / "boot").iterdir(), *(HERE / "root").rglob("*.cfg")):
        words = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
        assert not [line for line in words if "passwd:" in line.replace("lock_passwd: true", "") or "ssh-" in line]


def test_packages_are_named_once() -> None:
    lines = (HERE / "packages.txt").read_text().splitlines()
    names = [name for line in lines for name in line.partition("#")[0].split()]
    assert len(names) == len(set(names))


def test_the_image_has_what_our_package_recommends() -> None:
    names = (HERE / "packages.txt").read_text().split()
    assert {"mosquitto", "python3-jsonschema", "openssh-server", "avahi-daemon", "cloud-init"} <= set(names)


def test_a_boot_partition_that_is_broken_does_not_keep_the_machine_from_starting() -> None:
    (line,) = (
        line for line in (HERE / "root/etc/fstab").read_text().splitlines() if line.startswith("LABEL=EDGE-BOOT")
    )
    assert "nofail" in line.split()[3].split(",")
