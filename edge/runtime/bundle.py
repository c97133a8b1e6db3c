"""Models in a bundle: MediaPipe's ``.task`` files, zip archives of several TFLite files.

A member has a path like a file in a folder, ``pose_landmarker_full.task/pose_detector.tflite``.
"""

from __future__ import annotations

import lzma
import os
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from edge.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".task"
_MOST_BYTES = 256 << 20
_TFLITE = b"TFL3"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error,
    EOFError, NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
"""What zipfile raises of archives that are damaged."""


def is_member(path: Path) -> bool:
    """Whether a path leads into a bundle, be the bundle there or not."""
    # Path.is_dir raises where a folder may not be entered.
    return path.parent.suffix == SUFFIX and not os.path.isdir(path.parent)  # noqa: PTH112


def file_of(path: Path) -> Path:
    """The file on disk that a path leads to, or into."""
    return path.parent if is_member(path) else path


def read_member(path: Path) -> bytes:
    """The bytes of a TFLite model in a bundle.

    Raises:
        ModelError: the bundle is missing, truncated or none, or holds no such model; a sentence each.
    """
    bundle, name = path.parent, path.name
    try:
        if not bundle.is_file():  # a pipe would be waited for
            raise ModelError(f"{bundle}: no such bundle of models; give the path of a {SUFFIX} file")
        with zipfile.ZipFile(bundle) as archive:
            content = _read(archive, bundle, name)
    except _DAMAGE as error:
        raise ModelError(f"{bundle}: not a complete bundle of models ({error}); get it again") from error
    except OSError as error:
        raise ModelError(
            f"{bundle}: cannot be read ({error.strerror}); let everybody read it and its folders: chmod a+rX"
        ) from error
    if content[4:8] != _TFLITE:
        raise ModelError(f"{bundle}: its member {name} is not a TFLite model; get the bundle again")
    return content


def _read(archive: zipfile.ZipFile, bundle: Path, name: str) -> bytes:
    if name not in archive.namelist():
        held = ", ".join(sorted(archive.namelist())[:8]) or "nothing"
        raise ModelError(f"{bundle}: a bundle without {name}; it holds {held}. Choose a bundle for this task")
    if archive.getinfo(name).file_size > _MOST_BYTES:
        raise ModelError(f"{bundle}: its member {name} has more than {_MOST_BYTES:,} bytes, too many for a model")
    return archive.read(name)
