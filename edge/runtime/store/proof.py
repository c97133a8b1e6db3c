"""Whether a file is the one the catalogue names."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

from edge.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.catalog import ModelFile

_TFLITE_MAGIC = b"TFL3"


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file in hex."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def git_blob_of(path: Path) -> str:
    """The id git gives a file's content: SHA-1 of ``blob``, its length and the bytes."""
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with path.open("rb") as content:
        while block := content.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def prove(file: ModelFile, path: Path, source: str, recorded: str = "") -> str:
    """The SHA-256 of the file at ``path`` once it is shown to be ``file``; ``source`` says where it came from.

    Where the catalogue has no SHA-256, the one ``recorded`` at the first download counts; before that the git id, and
    at least it has to be a model at all.

    Raises:
        ModelError: it is another file.
    """
    found = sha256_of(path)
    if file.sha256 or recorded:
        if found != (file.sha256 or recorded):
            raise _refusal(source, f"SHA-256 is {found}", f"be {file.sha256 or recorded}")
        return found
    if file.git_blob and not git_blob_of(path).startswith(file.git_blob):
        raise _refusal(source, f"git id is {git_blob_of(path)}", f"begin with {file.git_blob}")
    if not looks_like_model(path):
        raise ModelError(f"{source}: neither a TFLite model nor a bundle of models; nothing was kept")
    return found


def looks_like_model(path: Path) -> bool:
    """Whether the file begins as a TFLite model does, or is the zip archive a ``.task`` bundle is."""
    with path.open("rb") as content:
        head = content.read(8)
    return head[4:] == _TFLITE_MAGIC or zipfile.is_zipfile(path)


def _refusal(source: str, found: str, expected: str) -> ModelError:
    return ModelError(
        f"{source}: not the right file: its {found}, it must {expected}; nothing was kept. "
        "Try again, or choose another source with --mirror"
    )
