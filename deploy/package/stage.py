"""The folder that becomes the package: the virtual environment, the units, the documentation."""

from __future__ import annotations

import gzip
import os
import shutil
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from deploy.package import wheels
from deploy.package.control import MAINTAINER, NAME, version_of
from deploy.package.copyright import copyright_file
from edge import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.package.target import Target

HOME = "usr/lib/edge-vision"
DOC = "usr/share/doc/edge-vision"
SHARE = "usr/share/edge-vision"
COMMAND = f"{HOME}/bin/edge"
_CHANGES = "What has changed is in changelog.gz."
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
    _link(root / "usr/bin/edge", "../lib/edge-vision/bin/edge")
    _service(target, checkout / "systemd", root / "usr/lib")
    _documents(target, checkout, site, root)
    _set_modes(root)


def _environment(target: Target, home: Path) -> None:
    """What ``python3 -m venv --system-site-packages`` makes, without a Python of the target.

    Edge runs with ``-I``: what a person has installed with ``pip install --user`` must not hide apt's packages, and an
    empty part of ``PYTHONPATH`` means the current folder, where others may have put modules of theirs.
    """
    _write(home / "pyvenv.cfg", f"home = /usr/bin\ninclude-system-site-packages = true\nversion = {target.python}\n")
    _link(home / "bin/python3", "/usr/bin/python3")
    _write(home / "bin/edge", _SCRIPT)


def _service(target: Target, source: Path, lib: Path) -> None:
    units = [*source.glob("*.service"), *(source.glob("*.service.d/*.conf") if target.suite.has_drop_ins else ())]
    for unit in units:
        _copy(unit, lib / "systemd/system" / unit.relative_to(source))
    _copy(source / "sysusers.d/edge.conf", lib / "sysusers.d/edge.conf")
    _copy(source / "tmpfiles.d/edge.conf", lib / "tmpfiles.d/edge.conf")
    _copy(source / "udev/70-edge.rules", lib / "udev/rules.d/70-edge.rules")


def _documents(target: Target, checkout: Path, site: str, root: Path) -> None:
    _compress((checkout / "CHANGELOG.md").read_text(), root / DOC / "changelog.gz")
    _compress(_debian_changelog(target), root / DOC / "changelog.Debian.gz")
    _write(root / DOC / "copyright", copyright_file(root / site, site))
    here = checkout / "deploy/package"
    manual = (here / "edge.1").read_text().replace("@VERSION@", __version__).replace("@DATE@", f"{_when():%Y-%m-%d}")
    _compress(manual, root / "usr/share/man/man1/edge.1.gz")
    _copy(here / "edge.bash", root / "usr/share/bash-completion/completions/edge")
    _copy(here / "lintian-overrides", root / "usr/share/lintian/overrides" / NAME)
    _copy(here / "edge.toml", root / SHARE / "edge.toml")
    for name in ("edge.acl", "edge.conf"):
        _copy(checkout / "deploy/mosquitto" / name, root / SHARE / "mosquitto" / name)


def _debian_changelog(target: Target) -> str:
    head = f"{NAME} ({version_of(target, __version__)}) {target.suite.name}; urgency=medium"
    return f"{head}\n\n  * {_CHANGES}\n\n -- {MAINTAINER}  {format_datetime(_when())}\n"


def _when() -> datetime:
    return datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _copy(source: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)


def _compress(text: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def _link(path: Path, to: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(to)


def _set_modes(root: Path) -> None:
    """Modes that do not depend on who builds: 755 for folders and our command, 644 for the rest."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path == root / COMMAND else 0o644)
