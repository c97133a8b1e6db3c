"""Reading files in folders where Edge's service may have put anything: a pipe, a device, a link."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_MOST_BYTES = 1 << 20


def read_regular(path: Path, *, follows_links: bool = True) -> bytes:
    """All of a regular file of at most 1 MiB; nobody is waited for.

    Raises:
        OSError: it cannot be read, or is something else.
    """
    # To open a device may do something already, so it is looked at before; it may become something else meanwhile.
    _check(path.stat() if follows_links else path.lstat(), path)
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | (0 if follows_links else os.O_NOFOLLOW)
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb") as file:
        _check(os.fstat(handle), path)
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise OSError(errno.EFBIG, f"more than {_MOST_BYTES:,} bytes", str(path))
    return content


def _check(state: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))
