"""Where a file really lies, found so that nobody else can have it mean another one, neither before nor meanwhile."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.capabilities import may_read_all
from edge.errors import EdgeError

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_READ_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_MOST_STEPS = 200
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True, slots=True)
class SafeFile:
    """A file that is there or may be made: ``name`` in an opened ``folder``; ``path`` is what people call it."""

    path: Path
    folder: int
    name: str

    def beside(self, name: str) -> SafeFile:
        """Another file of the same folder."""
        return replace(self, path=self.path.with_name(name), name=name)

    def state(self) -> os.stat_result | None:
        """What is there, a link as such; None where nothing is."""
        try:
            return os.stat(self.name, dir_fd=self.folder, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def opener(self, _path: str, flags: int) -> int:
        """Opens the file for :func:`open`; raises ``OSError``, also for a link."""
        return os.open(self.name, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666, dir_fd=self.folder)


@contextmanager
def opened(path: Path, *, follow: bool = True) -> Iterator[SafeFile]:
    """The file at ``path``; where that is a link (and ``follow``), the file that it leads to.

    Whoever may write a folder can make a link there to any file, have a user with more rights change that one, and
    exchange it meanwhile. So a link counts only where it and its folder are root's or our own (root's alone, where we
    may read more than our user) and nobody else may write there, and what is done in the folder afterwards is done in
    the one that has been opened here.

    Raises:
        EdgeError: there is no such folder, or a link on the way to the file is not to be trusted.
    """
    with ExitStack() as handles:
        try:
            folder, name = _find(path, handles, follow=follow)
            handle = _open(".", _READ_FOLDER, folder, handles)
        except OSError as error:
            reason = f"cannot be used ({error.strerror}); create the folder or choose another"
            raise EdgeError(f"{path.parent}: {reason}") from error
        yield SafeFile(path, handle, name)


@contextmanager
def in_folder(path: Path) -> Iterator[SafeFile]:
    """The file at ``path`` in its folder, however that is found: for what its caller may write anyway.

    A link there counts as such. The folder need not be readable.

    Raises:
        OSError: there is no such folder.
    """
    handle = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield SafeFile(path, handle, path.name)
    finally:
        os.close(handle)


def _find(path: Path, handles: ExitStack, *, follow: bool) -> tuple[int, str]:
    """The folder that a path leads to, step by step, and the name in it."""
    left = [*reversed(path.absolute().parts)]
    folder = -1
    for _ in range(_MOST_STEPS):
        name = left.pop()
        if name == os.sep:
            folder = _open(name, _LOOK, None, handles)
            left = left or ["."]
            continue
        if not left and not follow:
            return folder, name
        try:
            found = _open(name, _LOOK, folder, handles)
        except FileNotFoundError:
            if left:
                raise
            return folder, name
        if stat.S_ISLNK(os.fstat(found).st_mode):
            _check_link(path, found, folder)
            left += reversed(Path(os.readlink("", dir_fd=found)).parts)
        elif left:
            folder = found
        else:
            return folder, name
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _open(name: str, flags: int, folder: int | None, handles: ExitStack) -> int:
    handle = os.open(name, flags, dir_fd=folder)
    handles.callback(os.close, handle)
    return handle


def _check_link(path: Path, link: int, folder: int) -> None:
    """Refuse what somebody else could have put there."""
    ours = {0} if may_read_all("CapEff") else {0, os.geteuid()}
    around = os.fstat(folder)
    if not {os.fstat(link).st_uid, around.st_uid} <= ours or around.st_mode & _OTHERS_WRITE:
        raise EdgeError(
            f"{path}: leads over a link in a folder that others may write, and is not followed; put the file itself"
            " there, or give the path that the link leads to"
        )
