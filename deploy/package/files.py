"""Putting files into the folder that becomes a package."""

from __future__ import annotations

import gzip
import os
import shutil
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from deploy.package.control import MAINTAINER

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from deploy.package.target import Suite


def write(path: Path, text: str) -> None:
    """A file with a text, in folders that are made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def copy(source: Path, path: Path) -> None:
    """The content of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, path)


def compress(text: str, path: Path) -> None:
    """A text as a .gz, with the same bytes at any time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def link(path: Path, to: str) -> None:
    """A symbolic link."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(to)


def set_modes(root: Path, programs: Collection[Path]) -> None:
    """Modes that do not depend on who builds: 755 for folders and ``programs``, 644 for the rest."""
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path in programs else 0o644)


def debian_changelog(name: str, version: str, suite: Suite) -> str:
    """One entry, which names the version."""
    head = f"{name} ({version}) {suite.name}; urgency=medium"
    return f"{head}\n\n  * What has changed is in changelog.gz.\n\n -- {MAINTAINER}  {format_datetime(built_at())}\n"


def built_at() -> datetime:
    """The time that stands in the package (``SOURCE_DATE_EPOCH``)."""
    return datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
