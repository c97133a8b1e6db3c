"""Putting files into a folder so that nobody, not even a power cut, ever meets half of one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_READABLE_BY_ALL = 0o644


def move_in(temporary: Path, target: Path) -> None:
    """Give a complete file of the same file system its final name in one step, on the disk when this returns."""
    with temporary.open("rb") as content:
        os.fchmod(content.fileno(), _READABLE_BY_ALL)
        os.fsync(content.fileno())
    temporary.replace(target)
    handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_file(target: Path, content: bytes, workshop: Path) -> None:
    """Write a small file by way of ``workshop``, a folder of the same file system."""
    temporary = workshop / target.name
    temporary.write_bytes(content)
    move_in(temporary, target)
