"""Files that are whole or not there at all, whenever the power is cut."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_durably(path: Path, content: bytes, *, mode: int = 0o644, owner: tuple[int, int] | None = None) -> None:
    """Put a file in the place of another, in a folder that exists; on the disk when this returns.

    It is never there with other rights than ``mode`` and another owner than ``owner`` (user and group by number).

    Raises:
        OSError: it cannot be written; what was there still is.
    """
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle
            if owner:
                os.fchown(handle, *owner)
            os.fchmod(handle, mode)
            file.write(content)
            file.flush()
            os.fsync(handle)
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def remove_durably(path: Path) -> None:
    """Remove a file that may be gone already; on the disk when this returns.

    Raises:
        OSError: it cannot be removed.
    """
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Have what others have written into a file on the disk."""
    _sync(path, os.O_RDONLY | os.O_NOFOLLOW)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
