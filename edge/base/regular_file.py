"""Reading files that somebody else has put there: regular files only, without waiting, and no more than is allowed."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, BinaryIO, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_FOLDER, _SPECIAL = "not a file, but a folder", "not a file, but a pipe, socket or device"


def open_regular(path: Path, opener: Callable[[str, int], int] | None = None) -> BinaryIO:
    """A file, opened for reading; ``opener`` is that of :func:`open`, and must not wait for a pipe's other end.

    Raises:
        OSError: it cannot be opened, or is a folder, pipe, socket or device; ``strerror`` says so in words.
    """
    try:
        content = cast("BinaryIO", open(path, "rb", opener=opener or _open_without_effect))  # noqa: SIM115
    except IsADirectoryError:
        raise OSError(errno.EINVAL, _FOLDER, str(path)) from None
    try:
        check_regular(os.fstat(content.fileno()), path)
    except OSError:
        content.close()
        raise
    return content


def read_at_most(path: Path, most_bytes: int, opener: Callable[[str, int], int] | None = None) -> bytes:
    """All of a file of at most ``most_bytes``.

    Raises:
        OSError: as :func:`open_regular`, or it has more bytes.
    """
    with open_regular(path, opener) as content:
        found = content.read(most_bytes + 1)
    if len(found) > most_bytes:
        raise OSError(errno.EFBIG, f"more than {most_bytes:,} bytes", str(path))
    return found


def check_regular(state: os.stat_result, path: Path | str) -> None:
    """Let pass a regular file.

    Raises:
        OSError: it is none.
    """
    if stat.S_ISREG(state.st_mode):
        return
    raise OSError(errno.EINVAL, _FOLDER if stat.S_ISDIR(state.st_mode) else _SPECIAL, str(path))


def open_no_link(path: str, flags: int) -> int:
    """An opener that neither follows a link nor waits at a pipe: for a file in a folder of somebody else."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _open_without_effect(path: str, flags: int) -> int:
    """To open a device may do something already, so it is looked at before."""
    check_regular(os.stat(path), path)  # noqa: PTH116
    return os.open(path, flags | os.O_NONBLOCK)
