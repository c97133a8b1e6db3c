"""Files that come from elsewhere on this machine: what cannot be read of them is theirs, not the store's.

Whoever may write the folder they lie in can exchange one for a link to another's file at any time, and root, who brings
models in, may read that one. So no link is followed, and a file is opened once: what is read is what was verified.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, BinaryIO

from edge.base.regular_file import open_regular
from edge.base.safe_file import SafeFile
from edge.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_BLOCK_BYTES = 1 << 20
_READ_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_MOST_LEVELS = 50


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` of the block into a sentence about ``path``.

    Raises:
        ModelError: it cannot be read.
    """
    try:
        yield
    except OSError as error:
        is_link = error.errno == errno.ELOOP
        why = "a link, which is not followed; give the file it leads to" if is_link else error.strerror
        raise ModelError(f"{path}: cannot be read ({why})") from error


def open_source(safe_file: SafeFile) -> BinaryIO:
    """The file at a place, for reading.

    Raises:
        ModelError: it cannot be read, or is a link, a folder, a pipe or a device.
    """
    with reading(safe_file.path):
        return open_regular(safe_file.path, safe_file.opener)


def copy_bytes(source: BinaryIO, path: Path, target: BinaryIO, limit_bytes: int) -> None:
    """Copy the bytes of a file from its beginning, and nothing else of it; ``path`` is what the source is called.

    Raises:
        ModelError: the source cannot be read, or has more than ``limit_bytes``.
        OSError: the target cannot be written.
    """
    source.seek(0)
    left_bytes = limit_bytes
    while block := _read(source, path):
        left_bytes -= len(block)
        if left_bytes < 0:
            raise ModelError(f"{path}: has more than {limit_bytes:,} bytes, too many for a model; nothing was kept")
        target.write(block)


def walk(safe_file: SafeFile, unread: Callable[[ModelError], None]) -> Iterator[SafeFile]:
    """All that lies in a folder and below, in order, except folders; no link is followed.

    ``unread`` is told of folders that cannot be looked into. A place is good until the next one is asked for.
    """
    yield from _walk(safe_file, unread, _MOST_LEVELS)


def _walk(safe_file: SafeFile, unread: Callable[[ModelError], None], levels: int) -> Iterator[SafeFile]:
    with ExitStack() as handles:
        try:
            with reading(safe_file.path):
                folder = os.open(safe_file.name, _READ_FOLDER, dir_fd=safe_file.folder)
                handles.callback(os.close, folder)
                names = sorted(os.listdir(folder))  # noqa: PTH208  # by its handle
        except ModelError as error:
            unread(error)
            return
        for name in names:
            found = SafeFile(safe_file.path / name, folder, name)
            if not is_folder(found):
                yield found
            elif levels:
                yield from _walk(found, unread, levels - 1)
            else:
                unread(ModelError(f"{found.path}: lies more than {_MOST_LEVELS} folders deep and is not looked into"))


def is_folder(safe_file: SafeFile) -> bool:
    """Whether a folder is there; no link to one is."""
    try:
        state = safe_file.state()
    except OSError:
        return False
    return state is not None and stat.S_ISDIR(state.st_mode)


def _read(source: BinaryIO, path: Path) -> bytes:
    with reading(path):
        return source.read(_BLOCK_BYTES)
