"""Taking one file out of an archive that a stranger packed."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from edge.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK_BYTES = 1 << 20
_HEADER_BYTES = tarfile.BLOCKSIZE
_FILES = frozenset({tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE})
_WITHOUT_CONTENT = frozenset(
    {tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE}
)


def take_out(archive: BinaryIO, member: str, target: BinaryIO, *, source: str, limit_bytes: int) -> None:
    """Write the regular file called ``member``, in whatever folder of the tar.gz, to ``target``.

    Only its bytes are taken: no name, mode, link or owner of the archive reaches the disk. Nothing is unpacked beyond
    ``limit_bytes``, the other members included. What long names and attributes of members an archive holds in blocks of
    their own, which may be of any size, is passed over.

    Raises:
        ModelError: the archive is damaged, too large or holds no such file.
    """
    try:
        with gzip.open(archive) as unpacked:
            for entry in _entries(cast("BinaryIO", unpacked), source, limit_bytes):
                if entry.type in _FILES and PurePosixPath(entry.name).name == member:
                    target.writelines(_blocks(cast("BinaryIO", unpacked), entry.size))
                    return
    except (tarfile.TarError, EOFError, zlib.error, MemoryError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the archive
        raise ModelError(f"{source}: not a complete tar.gz archive ({error}); nothing was kept, try again") from error
    raise ModelError(f"{source}: the archive holds no file {member}; nothing was kept")


def _entries(unpacked: BinaryIO, source: str, limit_bytes: int) -> Iterator[tarfile.TarInfo]:
    """The header of each member; what the caller leaves of one's content is passed over.

    Not by ``TarFile``, which reads whole what it finds before a member, and keeps all headers.
    """
    end = 0
    while True:
        for _ in _blocks(unpacked, end - unpacked.tell()):
            pass
        header = b"".join(_blocks(unpacked, _HEADER_BYTES))
        if not header.strip(b"\0"):
            return
        entry = tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
        begin = unpacked.tell()
        size_bytes = 0 if entry.type in _WITHOUT_CONTENT else max(entry.size, 0)
        end = begin - (-size_bytes // _HEADER_BYTES) * _HEADER_BYTES
        if begin + size_bytes > limit_bytes:
            raise ModelError(f"{source}: unpacks to more than {limit_bytes:,} bytes; nothing was kept")
        yield entry


def _blocks(unpacked: BinaryIO, size_bytes: int) -> Iterator[bytes]:
    """The next so many bytes, piece by piece."""
    while size_bytes > 0:
        block = unpacked.read(min(size_bytes, _BLOCK_BYTES))
        if not block:
            raise EOFError("it ends too early")
        size_bytes -= len(block)
        yield block
