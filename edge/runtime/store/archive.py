"""Taking one file out of an archive that a stranger packed."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, cast

from edge.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK_BYTES = 1 << 20


def take_out(archive: Path, member: str, target: Path, *, source: str, limit_bytes: int) -> None:
    """Write the regular file called ``member``, in whatever folder of the tar.gz, to ``target``.

    Only its bytes are taken: no name, mode, link or owner of the archive reaches the disk. Nothing is unpacked beyond
    ``limit_bytes``, the other members included.

    Raises:
        ModelError: the archive is damaged, too large or holds no such file.
    """
    try:
        with tarfile.open(archive, "r|gz") as members:
            for entry in members:
                if entry.offset_data + entry.size > limit_bytes:
                    raise ModelError(f"{source}: unpacks to more than {limit_bytes:,} bytes; nothing was kept")
                if entry.isreg() and PurePosixPath(entry.name).name == member:
                    _write(members, entry, target)
                    return
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the archive
        raise ModelError(f"{source}: not a complete tar.gz archive ({error}); nothing was kept, try again") from error
    raise ModelError(f"{source}: the archive holds no file {member}; nothing was kept")


def _write(members: tarfile.TarFile, entry: tarfile.TarInfo, target: Path) -> None:
    content = cast("IO[bytes]", members.extractfile(entry))  # None for what is no regular file only
    with content, target.open("wb") as out:
        while block := content.read(_BLOCK_BYTES):
            out.write(block)
