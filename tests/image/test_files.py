"""What lies in deploy/image, where nothing is built."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deploy.package import appliance, control
from deploy.package.target import SUITES, Target

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parents[2] / "deploy" / "image"
FSTAB = HERE / "root/etc/fstab"
MODULES = HERE / "root/usr/share/initramfs-tools/modules.d/edge"
SCRIPTS = [
    *(HERE / name for name in ("build", "assemble", "furnish", "missing-modules")),
    *HERE.glob("*.sh"),
    HERE.parents[1] / "scripts" / "image-test",
]


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
        assert not [line for line in words if re.search(r"(?<!lock_)passwd:|password:|ssh-", line)]


def packages() -> list[str]:
    lines = (HERE / "packages.txt").read_text().splitlines()
    return [name for line in lines for name in line.partition("#")[0].split()]


def test_packages_are_named_once() -> None:
    assert len(packages()) == len(set(packages()))


@pytest.mark.parametrize("package", [control, appliance], ids=["vision", "appliance"])
def test_the_image_has_what_our_packages_need_and_recommend_but_for_the_pis_own_camera(package: ModuleType) -> None:
    names = set(packages())
    fields = package.fields(Target(SUITES["trixie"], "arm64"), "1")
    wanted = {
        name.split()[0] for field in ("Depends", "Recommends") for name in fields.get(field, "").split(", ") if name
    }
    of_the_system = {"libc6", "libgcc-s1", "libstdc++6", "systemd"}
    assert wanted - {"python3-picamera2", control.NAME} - of_the_system <= names


def boot_options(fstab: str) -> dict[str, str]:
    """What the boot partition is mounted with."""
    (line,) = (line for line in fstab.splitlines() if line.startswith("LABEL=EDGE-BOOT"))
    return {name: value for name, _, value in (option.partition("=") for option in line.split()[3].split(","))}


def test_a_boot_partition_that_is_broken_does_not_keep_the_machine_from_starting() -> None:
    assert "nofail" in boot_options(FSTAB.read_text())


def test_files_on_the_boot_partition_are_read_by_root_and_the_service_alone() -> None:
    options = boot_options(FSTAB.read_text())
    assert options["gid"] == "edge"
    assert 0o777 & ~int(options["fmask"], 8) == 0o640
    assert 0o777 & ~int(options["dmask"], 8) == 0o755


def test_the_boot_partition_is_mounted_also_where_the_service_has_gone(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    copy = Path(shutil.copy(FSTAB, tmp_path / "etc"))
    step = re.search(r"^number_group\(\) \{.*?^\}", (HERE / "furnish").read_text(), re.MULTILINE | re.DOTALL)
    assert step
    script = f"set -euo pipefail\nin_root() {{ echo edge:x:996:; }}\n{step[0]}\nroot=$1 number_group"
    subprocess.run(["bash", "-c", script, "bash", tmp_path], check=True)
    assert boot_options(copy.read_text()) == boot_options(FSTAB.read_text()) | {"gid": "996"}


def missing(folder: Path, there: set[str], built_in: str = "") -> subprocess.CompletedProcess[str]:
    """What missing-modules says of our list and a kernel that has these."""
    (folder / "kernel/drivers").mkdir(parents=True)
    for name in there:
        (folder / f"kernel/drivers/{name}.ko.xz").touch()
    (folder / "modules.builtin").write_text(f"kernel/drivers/{built_in}.ko\n")
    command = [HERE / "missing-modules", MODULES, folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_name_of_the_initramfs_that_is_no_module_is_told(tmp_path: Path) -> None:
    names = {line for line in MODULES.read_text().splitlines() if not line.startswith("#")}
    done = missing(tmp_path / "all", {name.replace("_", "-") for name in names} - {"ext4"}, built_in="ext4")
    assert (done.stdout, done.returncode) == ("", 0), "files of modules have a dash where names have a line below"
    done = missing(tmp_path / "other", names - {"mmc_block", "fixed"} | {"regulator_fixed"})
    assert (done.stdout, done.returncode) == ("fixed\nmmc_block\n", 1)


def test_the_initramfs_has_what_switches_a_pi_4s_card_on() -> None:
    # Its slot has a fixed regulator; that driver's module is called by the second half of its name.
    assert {"sdhci_iproc", "fixed", "gpio_regulator", "mmc_block"} <= set(MODULES.read_text().split())


def test_the_command_line_is_the_same_on_whatever_pi_it_is_written() -> None:
    settings = HERE / "root/etc/default/raspi-firmware"
    say = f'set -eu; . {shlex.quote(str(settings))}; echo "$ROOTPART|$CMA|$CONSOLES"'
    done = subprocess.run(["sh", "-c", say], capture_output=True, text=True, check=True)
    assert done.stdout == "LABEL=edge-root|0|ttyS1,115200 tty0\n"
    assert "cma" not in (HERE / "furnish").read_text()


def test_file_systems_are_found_by_the_labels_that_they_are_made_with() -> None:
    made = re.findall(r"mkfs\.\w+ .*-[nL] (\S+)", (HERE / "assemble").read_text())
    assert sorted(made) == sorted(re.findall(r"^LABEL=(\S+)", FSTAB.read_text(), re.MULTILINE))
    (root,) = re.findall(r"^ROOTPART=LABEL=(\S+)", (HERE / "root/etc/default/raspi-firmware").read_text(), re.MULTILINE)
    assert root in made


def test_debians_root_is_made_anew_each_week_and_the_tools_are_not(tmp_path: Path) -> None:
    def inputs(name: str, week: str) -> str:
        (tmp_path / "date").write_text(f"#!/bin/sh\necho {week}\n")
        (tmp_path / "date").chmod(0o755)
        done = subprocess.run(
            ["bash", "-euc", f"suite=trixie; source deploy/image/root.sh; inputs {name}"],
            capture_output=True, text=True, check=True, cwd=HERE.parents[1],
            env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        )  # fmt: skip
        return done.stdout

    assert inputs("base", "2026-W48") == inputs("base", "2026-W48") != inputs("base", "2026-W49")
    assert inputs("tools", "2026-W48") == inputs("tools", "2026-W49")


def test_the_version_of_the_image_is_kept_for_the_way_back_while_its_package_is_there() -> None:
    steps = (HERE / "furnish").read_text()
    main = steps[steps.index("main() {") : steps.index("\n}")]
    assert main.index("configure --pending") < main.index("keep_package") < main.index("umount")
    assert "ls /tmp/edge-vision_*.deb | /usr/lib/edge-appliance/edge-appliance keep-package" in steps
