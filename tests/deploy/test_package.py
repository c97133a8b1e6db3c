"""The Debian package, as far as it can be judged without building it: that downloads, and installing takes root."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deploy.package import archive, control, stage, wheels
from deploy.package.copyright import copyright_file, licence_of
from deploy.package.target import SUITES, Target
from tests.shell_scripts import check_script

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parents[2]
SCRIPTS = CHECKOUT / "deploy/package/scripts"
TARGETS = [Target(suite, architecture) for suite in SUITES.values() for architecture in ("amd64", "arm64")]
BOOKWORM, TRIXIE = (Target(SUITES[name], "arm64") for name in ("bookworm", "trixie"))


@pytest.fixture
def lay_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Target], Path]:
    """The folder of a package, without the wheels."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")

    def no_wheels(target: Target, _checkout: Path, _work: Path, site: Path) -> None:
        assert target.python in str(site)
        site.mkdir(parents=True)

    monkeypatch.setattr(wheels, "install", no_wheels)

    def fill(target: Target) -> Path:
        root = tmp_path / target.suite.name
        root.mkdir(mode=0o700)
        stage.fill(target, CHECKOUT, tmp_path, root)
        control.write(target, "1.2.3", SCRIPTS, root)
        return root

    return fill


def names(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir() or path.is_symlink()}


COMMON = {
    "DEBIAN/control",
    "DEBIAN/md5sums",
    "DEBIAN/postinst",
    "DEBIAN/postrm",
    "DEBIAN/prerm",
    "usr/bin/edge",
    "usr/lib/edge-vision/bin/edge",
    "usr/lib/edge-vision/bin/python3",
    "usr/lib/edge-vision/pyvenv.cfg",
    "usr/lib/systemd/system/edge-inbox.service",
    "usr/lib/systemd/system/edge.service",
    "usr/lib/sysusers.d/edge.conf",
    "usr/lib/tmpfiles.d/edge.conf",
    "usr/lib/udev/rules.d/70-edge.rules",
    "usr/share/bash-completion/completions/edge",
    "usr/share/doc/edge-vision/changelog.Debian.gz",
    "usr/share/doc/edge-vision/changelog.gz",
    "usr/share/doc/edge-vision/copyright",
    "usr/share/edge-vision/edge.toml",
    "usr/share/edge-vision/mosquitto/edge.acl",
    "usr/share/edge-vision/mosquitto/edge.conf",
    "usr/share/lintian/overrides/edge-vision",
    "usr/share/man/man1/edge.1.gz",
}
DROP_INS = {
    "usr/lib/systemd/system/edge.service.d/notify-reload.conf",
    "usr/lib/systemd/system/edge.service.d/restart-steps.conf",
}


def test_each_file_lies_where_debian_looks_for_it(lay_out: Callable[[Target], Path]) -> None:
    assert names(lay_out(BOOKWORM)) == COMMON
    assert names(lay_out(TRIXIE)) == COMMON | DROP_INS


def test_modes_do_not_depend_on_who_builds(lay_out: Callable[[Target], Path]) -> None:
    before = os.umask(0o077)
    try:
        root = lay_out(BOOKWORM)
    finally:
        os.umask(before)
    programs = {"bin/edge", *(f"DEBIAN/{name}" for name in archive.SCRIPTS)}
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            can_run = path.is_dir() or f"{path.parent.name}/{path.name}" in programs
            assert path.stat().st_mode & 0o7777 == (0o755 if can_run else 0o644), path


def test_the_command_runs_on_debians_python_beside_apts_packages(lay_out: Callable[[Target], Path]) -> None:
    root = lay_out(BOOKWORM)
    home = root / "usr/lib/edge-vision"
    assert (root / "usr/bin/edge").resolve() == home / "bin/edge"
    assert (home / "bin/edge").read_text().startswith("#!/usr/lib/edge-vision/bin/python3 -I\n")
    assert str((home / "bin/python3").readlink()) == "/usr/bin/python3"
    assert "include-system-site-packages = true" in (home / "pyvenv.cfg").read_text().splitlines()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: f"{target.suite.name}-{target.architecture}")
def test_it_says_what_it_needs(target: Target) -> None:
    fields = control.fields(target, "1.2.3")
    assert fields["Version"] == {"bookworm": "1.2.3+deb12", "trixie": "1.2.3+deb13"}[target.suite.name]
    assert fields["Architecture"] == target.architecture
    assert fields["Conflicts"] == "n2n"
    needed = fields["Depends"].split(", ")
    bounds = {"bookworm": ("3.11", "3.12"), "trixie": ("3.13", "3.14")}[target.suite.name]
    assert {f"python3 (>= {bounds[0]})", f"python3 (<< {bounds[1]})"} < set(needed)
    assert {"python3-numpy", "python3-opencv", "python3-av", "python3-pil", "python3-systemd", "systemd"} < set(needed)
    assert "python3-pygame" in fields["Suggests"].split(", "), (
        "for a window only: install.sh brings what is recommended"
    )


def test_dpkg_understands_the_description(lay_out: Callable[[Target], Path], tmp_path: Path) -> None:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not installed")
    root, package = lay_out(TRIXIE), tmp_path / "edge.deb"
    subprocess.run(["dpkg-deb", "-Znone", "--build", root, package], check=True, capture_output=True)
    asked = ["dpkg-deb", "--field", str(package), "Package", "Architecture"]
    text = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    assert text == "Package: edge-vision\nArchitecture: arm64\n"


@pytest.mark.parametrize("name", archive.SCRIPTS)
def test_the_scripts_are_right(name: str) -> None:
    check_script(SCRIPTS / name)


@pytest.mark.parametrize("name", ["postinst", "postrm"])
def test_the_scripts_look_after_all_units(name: str) -> None:
    found = re.search(r"for unit in (.*); do", (SCRIPTS / name).read_text())
    assert found is not None
    assert set(found[1].split()) == {path.name for path in (CHECKOUT / "systemd").glob("*.service")}


def test_the_new_settings_change_nothing() -> None:
    settings = CHECKOUT / "deploy/package/edge.toml"
    assert all(line.startswith("#") for line in settings.read_text().splitlines() if line)


def distribution(folder: Path, metadata: str, licence: str = "") -> PathDistribution:
    """An installed ``thing``."""
    about = folder / "thing-1.dist-info"
    (about / "licenses").mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.4\nName: thing\nVersion: 1\n{metadata}\n")
    (about / "licenses/LICENSE").write_text(licence)
    listed = ("thing.py", "thing-1.dist-info/METADATA", "thing-1.dist-info/licenses/LICENSE", "../../bin/thing")
    (about / "RECORD").write_text("".join(f"{name},,\n" for name in listed))
    return PathDistribution(about)


def test_each_wheel_brings_its_licence_along(tmp_path: Path) -> None:
    distribution(tmp_path, "License-Expression: MIT", "The MIT License\n\nCopyright (c) 2020 A. Author\n")
    expected = (
        "Files: usr/lib/x/thing-1.dist-info/* usr/lib/x/thing.py\n"
        "Copyright: 2020 A. Author\n"
        "License: MIT\n The MIT License\n .\n Copyright (c) 2020 A. Author\n"
    )
    assert expected in copyright_file(tmp_path, "usr/lib/x")


@pytest.mark.parametrize(
    ("metadata", "licence"),
    [
        ("License-Expression: EPL-2.0 OR BSD-3-Clause", "EPL-2.0 OR BSD-3-Clause"),
        ("License: Apache 2.0", "Apache-2.0"),
        ("Classifier: License :: OSI Approved :: MIT License", "MIT"),
    ],
)
def test_licences_go_by_their_short_names(tmp_path: Path, metadata: str, licence: str) -> None:
    assert licence_of(distribution(tmp_path, metadata)) == licence


def test_an_unknown_licence_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"thing is under 'Proprietary'; .*copyright\.py must know it"):
        licence_of(distribution(tmp_path, "License: Proprietary"))
