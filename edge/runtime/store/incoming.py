"""Putting files into a folder so that nobody, not even a power cut, ever meets half of one.

What is not complete, or not yet verified, nobody else may read; and no name in the folder of such files is trusted.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, cast

from edge.base.atomic_file import put_in_place
from edge.base.safe_file import in_folder

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_BYTES = 256 << 20
"""No model or archive in the catalogue comes near this."""

_OURS_ALONE = 0o600
_READABLE_BY_ALL = 0o644


def new_file(path: Path) -> BinaryIO:
    """A new, empty file to write and read, ours alone, in place of whatever has the name.

    Raises:
        OSError: it cannot be made.
    """
    path.unlink(missing_ok=True)
    return cast("BinaryIO", open(path, "x+b", opener=follow_no_link))  # the caller's


def follow_no_link(path: str, flags: int) -> int:
    """Opens a file for :func:`open`; raises ``OSError``, also for a link, and waits for no pipe."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK, _OURS_ALONE)


def move_in(temporary: Path, content: BinaryIO, target: Path) -> None:
    """Give a complete file of the same file system its final name in one step, on the disk when this returns.

    ``content`` is the file, opened.
    """
    os.fchmod(content.fileno(), _READABLE_BY_ALL)
    with in_folder(temporary) as unfinished, in_folder(target) as final:
        put_in_place(unfinished, content, final)


def write_file(target: Path, content: bytes, staging: Path) -> None:
    """Write a small file by way of ``staging``, a folder of the same file system."""
    temporary = staging / target.name
    with new_file(temporary) as out:
        out.write(content)
        move_in(temporary, out, target)
