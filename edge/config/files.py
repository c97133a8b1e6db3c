"""Changing a file so that readers, other writers and a power cut only ever meet a complete one."""

from __future__ import annotations

import fcntl
import os
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from edge.base.atomic_file import replacing
from edge.base.safe_file import opened
from edge.errors import EdgeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.base.safe_file import SafeFile

_PATIENCE_S = 10.0
_RETRY_S = 0.01
_NEW_FILE_MODE = 0o644
_SHARED = stat.S_ISGID | stat.S_IWGRP


@contextmanager
def only_writer(path: Path) -> Iterator[SafeFile]:
    """The file at ``path``, with the lock of its folder, against all others who change a file by it.

    The folder itself is locked: no lock file is left behind that another user could not open.

    Raises:
        EdgeError: there is no such folder, a link to the file is not to be trusted (see :func:`opened`), or somebody
            else holds the lock for longer than 10 s.
    """
    with opened(path) as safe_file:
        _lock(safe_file.folder, path.parent)
        yield safe_file


def replace_file(safe_file: SafeFile, content: bytes) -> None:
    """Put ``content`` in the place of a file in one step, on the disk when this returns.

    Mode and, as far as we may, owner stay. In a folder that a group shares (setgid, group-writable) the file is that
    group's, too. Call it under :func:`only_writer`: what a killed writer has left is cleared.

    Raises:
        EdgeError: it cannot be written; the file is as it was.
    """
    try:
        old = safe_file.state()
        with replacing(safe_file, _NEW_FILE_MODE) as file:
            if old and stat.S_ISREG(old.st_mode):
                _copy_owner_and_mode(old, file.fileno())
            _share(file.fileno(), os.fstat(safe_file.folder))
            file.write(content)
    except OSError as error:
        raise EdgeError(f"{safe_file.path}: cannot be written ({error.strerror}); {_remedy(error)}") from error


def _lock(handle: int, folder: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise EdgeError(f"{folder}: another process is changing the configuration; try again") from None
            time.sleep(_RETRY_S)
        else:
            return


def _copy_owner_and_mode(old: os.stat_result, handle: int) -> None:
    for owner, group in ((-1, old.st_gid), (old.st_uid, -1)):
        with suppress(PermissionError):  # only root gives files away; FAT knows no owners
            os.fchown(handle, owner, group)
    os.fchmod(handle, stat.S_IMODE(old.st_mode))


def _share(handle: int, folder: os.stat_result) -> None:
    """Let the group of a shared folder read and write the file: its service must read what root has written."""
    if folder.st_mode & _SHARED == _SHARED:
        with suppress(PermissionError):
            os.fchown(handle, -1, folder.st_gid)
        os.fchmod(handle, stat.S_IMODE(os.fstat(handle).st_mode) | stat.S_IRGRP | stat.S_IWGRP)


def _remedy(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "run the command with sudo"
    return "the file is as it was"
