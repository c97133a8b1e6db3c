"""The folder that becomes the package: the virtual environment, the units, the documentation."""

from __future__ import annotations

import gzip
import shutil
from typing import TYPE_CHECKING

from deploy.package import wheels

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.package.target import Target

HOME = "usr/lib/edge-vision"
DOC = "usr/share/doc/edge-vision"
_COMMAND = f"""\
#!/{HOME}/bin/python3 -s
import sys

from edge.cli.entry import main

sys.exit(main())
"""


def fill(target: Target, checkout: Path, work: Path, root: Path) -> None:
    """Put everything into ``root`` that belongs below ``/``."""
    _environment(target, root / HOME)
    wheels.install(target, checkout, work, root / HOME / "lib" / f"python{target.python}" / "site-packages")
    _link(root / "usr/bin/edge", "../lib/edge-vision/bin/edge")
    _service(target, checkout / "systemd", root / "usr/lib")
    _documents(checkout, root)
    _set_modes(root)


def _environment(target: Target, home: Path) -> None:
    """What ``python3 -m venv --system-site-packages`` makes, without a Python of the target.

    Edge runs with ``-s``: what a person has installed with ``pip install --user`` must not hide apt's packages.
    """
    _write(home / "pyvenv.cfg", f"home = /usr/bin\ninclude-system-site-packages = true\nversion = {target.python}\n")
    _link(home / "bin/python3", "/usr/bin/python3")
    _write(home / "bin/edge", _COMMAND)
    (home / "bin/edge").chmod(0o755)


def _service(target: Target, source: Path, lib: Path) -> None:
    for unit in sorted(source.glob("*.service")):
        _copy(unit, lib / "systemd/system" / unit.name)
    if target.suite.can_notify_reload:
        drop_in = "edge.service.d/notify-reload.conf"
        _copy(source / drop_in, lib / "systemd/system" / drop_in)
    _copy(source / "sysusers.d/edge.conf", lib / "sysusers.d/edge.conf")
    _copy(source / "tmpfiles.d/edge.conf", lib / "tmpfiles.d/edge.conf")
    _copy(source / "udev/70-edge.rules", lib / "udev/rules.d/70-edge.rules")


def _documents(checkout: Path, root: Path) -> None:
    _compress(checkout / "CHANGELOG.md", root / DOC / "changelog.gz")
    _copy(checkout / "deploy/package/edge.toml", root / "usr/share/edge-vision/edge.toml")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _copy(source: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)


def _compress(source: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(source.read_bytes(), mtime=0))


def _link(path: Path, to: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(to)


def _set_modes(root: Path) -> None:
    """Modes that do not depend on who builds: 755 for folders and what can be run, 644 for the rest."""
    root.chmod(0o755)
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
