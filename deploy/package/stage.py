"""The folder that becomes the package: the virtual environment, the units, the documentation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.package import files, wheels
from deploy.package.control import NAME, version_of
from deploy.package.copyright import copyright_file
from edge import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.package.target import Target

HOME = "usr/lib/edge-vision"
DOC = "usr/share/doc/edge-vision"
SHARE = "usr/share/edge-vision"
COMMAND = f"{HOME}/bin/edge"
_SCRIPT = f"""\
#!/{HOME}/bin/python3 -I
import os
import sys

from edge.cli.entry import main

os.environ["PYTHONNOUSERSITE"] = "1"  # as -I has it, for the processes it starts
sys.exit(main())
"""


def fill(target: Target, checkout: Path, work: Path, root: Path) -> None:
    """Put everything into ``root`` that belongs below ``/``.

    Raises:
        CalledProcessError: pip failed.
        ValueError: the licence of a wheel is not known.
    """
    site = f"{HOME}/lib/python{target.python}/site-packages"
    _environment(target, root / HOME)
    wheels.install(target, checkout, work, root / site)
    files.link(root / "usr/bin/edge", "../lib/edge-vision/bin/edge")
    _service(target, checkout / "systemd", root / "usr/lib")
    _documents(target, checkout, site, root)
    files.set_modes(root, {root / COMMAND})


def _environment(target: Target, home: Path) -> None:
    """What ``python3 -m venv --system-site-packages`` makes, without a Python of the target.

    Edge runs with ``-I``: what a person has installed with ``pip install --user`` must not hide apt's packages, and an
    empty part of ``PYTHONPATH`` means the current folder, where others may have put modules of theirs.
    """
    files.write(
        home / "pyvenv.cfg", f"home = /usr/bin\ninclude-system-site-packages = true\nversion = {target.python}\n"
    )
    files.link(home / "bin/python3", "/usr/bin/python3")
    files.write(home / "bin/edge", _SCRIPT)


def _service(target: Target, source: Path, lib: Path) -> None:
    units = [*source.glob("*.service"), *(source.glob("*.service.d/*.conf") if target.suite.has_drop_ins else ())]
    for unit in units:
        files.copy(unit, lib / "systemd/system" / unit.relative_to(source))
    files.copy(source / "sysusers.d/edge.conf", lib / "sysusers.d/edge.conf")
    files.copy(source / "tmpfiles.d/edge.conf", lib / "tmpfiles.d/edge.conf")
    files.copy(source / "udev/70-edge.rules", lib / "udev/rules.d/70-edge.rules")


def _documents(target: Target, checkout: Path, site: str, root: Path) -> None:
    files.compress((checkout / "CHANGELOG.md").read_text(), root / DOC / "changelog.gz")
    files.compress(
        files.debian_changelog(NAME, version_of(target, __version__), target.suite), root / DOC / "changelog.Debian.gz"
    )
    files.write(root / DOC / "copyright", copyright_file(root / site, site))
    here = checkout / "deploy/package"
    manual = (
        (here / "edge.1")
        .read_text()
        .replace("@VERSION@", __version__)
        .replace("@DATE@", f"{files.built_at():%Y-%m-%d}")
    )
    files.compress(manual, root / "usr/share/man/man1/edge.1.gz")
    files.copy(here / "edge.bash", root / "usr/share/bash-completion/completions/edge")
    files.copy(here / "lintian-overrides", root / "usr/share/lintian/overrides" / NAME)
    files.copy(here / "edge.toml", root / SHARE / "edge.toml")
    for name in ("edge.acl", "edge.conf"):
        files.copy(checkout / "deploy/mosquitto" / name, root / SHARE / "mosquitto" / name)
