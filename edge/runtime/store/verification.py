"""Whether a file is the one the catalogue names."""

from __future__ import annotations

import hashlib
import os
import zipfile
from typing import TYPE_CHECKING, BinaryIO

from edge.errors import ModelError

if TYPE_CHECKING:
    from edge.runtime.catalog import ModelFile

_TFLITE_MAGIC = b"TFL3"


def sha256_of(content: BinaryIO) -> str:
    """The SHA-256 of a file in hex."""
    digest = hashlib.sha256()
    _feed(digest, content)
    return digest.hexdigest()


def git_blob_of(content: BinaryIO) -> str:
    """The id git gives a file's content: SHA-1 of ``blob``, its length and the bytes."""
    digest = hashlib.sha1(b"blob %d\0" % content.seek(0, os.SEEK_END), usedforsecurity=False)
    _feed(digest, content)
    return digest.hexdigest()


def verify(file: ModelFile, content: BinaryIO, source: str, recorded: str = "") -> str:
    """The SHA-256 of a file once it is shown to be ``file``; ``source`` says where it came from.

    Where the catalogue has no SHA-256, the one ``recorded`` at the first download counts; before that the git id, and
    at least it has to be a model at all.

    Raises:
        ModelError: it is another file.
    """
    found = sha256_of(content)
    if file.sha256 or recorded:
        if found != (file.sha256 or recorded):
            raise _refusal(source, f"SHA-256 is {found}", f"be {file.sha256 or recorded}")
        return found
    if file.git_blob and not git_blob_of(content).startswith(file.git_blob):
        raise _refusal(source, f"git id is {git_blob_of(content)}", f"begin with {file.git_blob}")
    if not looks_like_model(content):
        raise ModelError(f"{source}: neither a TFLite model nor a bundle of models; nothing was kept")
    return found


def looks_like_model(content: BinaryIO) -> bool:
    """Whether a file begins as a TFLite model does, or is the zip archive a ``.task`` bundle is."""
    content.seek(0)
    return content.read(8)[4:] == _TFLITE_MAGIC or zipfile.is_zipfile(content)


def _feed(digest: hashlib._Hash, content: BinaryIO) -> None:
    content.seek(0)
    while block := content.read(1 << 20):
        digest.update(block)


def _refusal(source: str, found: str, expected: str) -> ModelError:
    return ModelError(
        f"{source}: not the right file: its {found}, it must {expected}; nothing was kept. "
        "Try again, or choose another source with --mirror"
    )
