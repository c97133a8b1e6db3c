"""Putting a file in the place of another so that readers and a power cut only ever meet a complete one.

What is written has a name of its own until it is whole and on the disk; then it gets the final one in one step.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, cast

from edge.base.safe_file import in_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.base.safe_file import SafeFile

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


@contextmanager
def replacing(target: SafeFile, mode: int = 0o666, *, unfinished: SafeFile | None = None) -> Iterator[BinaryIO]:
    """A new file to write, which takes the place of ``target`` when the block ends.

    After an error nothing has changed; but one of the disk at the very last may leave the new file there.

    A link at ``target`` is replaced, not followed. ``mode`` is that of open(2): the umask is taken from it. Until it is
    whole the file is ``unfinished``, of the same file system. Without a word that is one name for all who write this
    file, so that what a killed one has left is cleared: only one may write at a time.

    Raises:
        OSError: it cannot be written.
    """
    unfinished = unfinished or target.beside(f".{target.name}.new")
    try:
        with _new_file(unfinished, mode) as content:
            yield content
            put_in_place(unfinished, content, target)
    except BaseException:
        with suppress(OSError):
            _unlink(unfinished)
        raise


def write_file(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Have ``content`` in a file, on the disk when this returns; see :func:`replacing`.

    Raises:
        OSError: it cannot be written; the file is as it was.
    """
    with in_folder(path) as target, replacing(target, mode) as file:
        file.write(content)


def new_file(path: Path, content: bytes, mode: int = 0o666, owner: tuple[int, int] | None = None) -> None:
    """Have ``content`` in a file that was not there, on the disk when this returns; ``owner`` is its user and group.

    Raises:
        FileExistsError: there is one, or something else of this name; it is as it was.
        OSError: it cannot be written; there is none.
    """
    with in_folder(path) as target:
        unfinished = target.beside(f".{target.name}.new")
        try:
            with _new_file(unfinished, mode) as file:
                if owner is not None:
                    os.fchown(file.fileno(), *owner)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _give_name(unfinished, target)
        finally:
            with suppress(OSError):
                _unlink(unfinished)
        _sync_names(target.folder)


def put_in_place(unfinished: SafeFile, content: BinaryIO, target: SafeFile) -> None:
    """Give a complete file of the same file system its final name in one step, on the disk when this returns.

    ``content`` is the file, opened.

    Raises:
        OSError: it cannot be moved there.
    """
    content.flush()
    os.fsync(content.fileno())
    os.replace(unfinished.name, target.name, src_dir_fd=unfinished.folder, dst_dir_fd=target.folder)
    _sync_names(target.folder)


def sync_folder(path: Path) -> None:
    """Have the names of the files in a folder on the disk when this returns; raises ``OSError``."""
    with in_folder(path / "any") as file:
        _sync_names(file.folder)


def _give_name(unfinished: SafeFile, target: SafeFile) -> None:
    """Give a complete file its final name in one step, if that is free."""
    try:
        os.link(
            unfinished.name,
            target.name,
            src_dir_fd=unfinished.folder,
            dst_dir_fd=target.folder,
            follow_symlinks=False,
        )
    except FileExistsError:
        raise
    except OSError:  # FAT has no second names: the final one is taken first, and the file then moved there
        os.close(os.open(target.name, _NEW, 0o600, dir_fd=target.folder))
        os.replace(unfinished.name, target.name, src_dir_fd=unfinished.folder, dst_dir_fd=target.folder)


def _sync_names(folder: int) -> None:
    try:
        handle = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    except PermissionError:  # a folder that may be written, but not read
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems, of networks above all, know this for files only
            raise
    finally:
        os.close(handle)


def _new_file(file: SafeFile, mode: int) -> BinaryIO:
    _unlink(file)
    return cast("BinaryIO", os.fdopen(os.open(file.name, _NEW, mode, dir_fd=file.folder), "w+b"))


def _unlink(file: SafeFile) -> None:
    with suppress(FileNotFoundError):
        os.unlink(file.name, dir_fd=file.folder)
