"""Files that come from elsewhere on this machine: what cannot be read of them is theirs, not the store's."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from edge.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BLOCK_BYTES = 1 << 20


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` of the block into a sentence about ``path``.

    Raises:
        ModelError: it cannot be read.
    """
    try:
        yield
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error


def check_file(path: Path) -> None:
    """Let pass what can be read to its end.

    Raises:
        ModelError: it is not there, or a folder, a pipe or a device.
    """
    with reading(path):
        mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        raise ModelError(f"{path}: not a file, but {'a folder' if stat.S_ISDIR(mode) else 'a pipe, socket or device'}")


def copy_file(source: Path, target: Path) -> None:
    """Copy the bytes of a file, and nothing else of it.

    Raises:
        ModelError: the source cannot be read, or is the target itself.
        OSError: the target cannot be written.
    """
    check_file(source)
    if target.exists() and source.samefile(target):
        raise ModelError(f"{source}: an unfinished file of the model store itself")
    with reading(source):
        content = source.open("rb")
    with content, target.open("wb") as out:
        while block := _read(source, content.read):
            out.write(block)


def walk(folder: Path, unread: Callable[[ModelError], None]) -> Iterator[tuple[Path, bool]]:
    """All that lies in a folder and below, in order, and whether it is a folder; no link to a folder is followed.

    ``unread`` is told of folders that cannot be looked into.
    """

    def tell(error: OSError) -> None:
        unread(ModelError(f"{error.filename}: cannot be read ({error.strerror})"))

    for base, folders, files in os.walk(folder, onerror=tell):
        folders.sort()
        yield from ((Path(base, name), name in folders) for name in sorted((*folders, *files)))


def _read(source: Path, read: Callable[[int], bytes]) -> bytes:
    with reading(source):
        return read(_BLOCK_BYTES)
