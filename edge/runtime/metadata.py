"""What a TFLite file says of itself: label files, input normalisation and input size.

The layout follows TensorFlow's published ``schema.fbs`` (Model) and ``metadata_schema.fbs`` (ModelMetadata): the
metadata is a flatbuffer inside a buffer of the model; the label files are a zip archive behind the model.
"""

from __future__ import annotations

import mmap
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from edge.base.regular_file import open_regular
from edge.errors import ModelError
from edge.runtime.flatbuffer import Table
from edge.runtime.label_text import MOST_TEXT_BYTES, split_labels
from edge.runtime.normalization import Normalization

if TYPE_CHECKING:
    from pathlib import Path

_DAMAGE = (
    *(struct.error, IndexError, ValueError, zipfile.BadZipFile, zlib.error),
    # What zipfile raises of archives whose fields are nonsense.
    *(EOFError, NotImplementedError, OSError, RuntimeError, MemoryError),
)
_MOST_METADATA_BYTES = 4 << 20
_MOST_DIRECTORY_BYTES = 1 << 20
_MOST_LABEL_BYTES = 4 * MOST_TEXT_BYTES
"""Of all languages together."""
_MOST_TENSORS, _MOST_OF_A_TENSOR = 1000, 100
"""Entries may all lead to one table, so that a list of lists says little and takes for ever."""
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Of the others, ``zipfile`` unpacks more at once than is asked for."""
_METADATA_NAME = "TFLITE_METADATA"
_LABELS = frozenset({0, 2})
"""Names along an axis, or a file of a kind that is not stated."""
_NORMALIZATION = 1
_IMAGE = 2


@dataclass(frozen=True, slots=True)
class Metadata:
    """``label_files`` maps a locale ("" for the category names) to the labels of the first output.

    ``normalization`` is as it is written, unchecked; ``input_px`` is the height and width a free input is meant for.
    """

    label_files: dict[str, tuple[str, ...]]
    normalization: Normalization | None
    input_px: tuple[int, int] | None = None


def read_metadata(path: Path) -> Metadata:
    """Read what a model file carries; empty where it carries nothing.

    Raises:
        ModelError: the file's metadata is damaged.
    """
    try:
        with open_regular(path) as content, mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as model:
            archive = _archive(content)
            table = _model_metadata(model)
        subgraphs = table.tables(3, _MOST_TENSORS) if table else ()
        if not subgraphs:
            return Metadata(_lone_file(archive), None)
        subgraph = subgraphs[0]
        return Metadata(_label_files(subgraph, archive), _normalization(subgraph), _input_px(subgraph))
    except _DAMAGE as error:
        raise ModelError(f"{path}: the metadata inside the model is damaged ({error}); download it again") from error


def _archive(content: BinaryIO) -> dict[str, tuple[str, ...]]:
    if not zipfile.is_zipfile(content):
        return {}
    with zipfile.ZipFile(cast("BinaryIO", _InPieces(content))) as archive:
        texts = [entry for entry in archive.infolist() if entry.filename.endswith(".txt")]
        if sum(entry.file_size for entry in texts) > _MOST_LABEL_BYTES:
            raise ValueError(f"label files of more than {_MOST_LABEL_BYTES:,} bytes")
        return {entry.filename: split_labels(_text(archive, entry)) for entry in texts}


def _text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    if entry.compress_type not in _PACKINGS:
        raise ValueError(f"{entry.filename} is packed in a way that is not known here")
    with archive.open(entry) as content:
        found = content.read(MOST_TEXT_BYTES + 1)
    if len(found) > MOST_TEXT_BYTES:
        raise ValueError(f"{entry.filename} has more than {MOST_TEXT_BYTES:,} bytes")
    return found.decode("utf-8-sig")


class _InPieces:
    """A file of which not much is read at once; ``zipfile`` reads a directory whole, however large it claims to be.

    Raises:
        zipfile.BadZipFile: more is asked for.
    """

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self.seek, self.tell, self.seekable = content.seek, content.tell, content.seekable

    def read(self, size: int = -1) -> bytes:
        found = self._content.read(min(size, _MOST_DIRECTORY_BYTES + 1) if size >= 0 else _MOST_DIRECTORY_BYTES + 1)
        if len(found) > _MOST_DIRECTORY_BYTES:
            raise zipfile.BadZipFile(f"a directory of more than {_MOST_DIRECTORY_BYTES:,} bytes")
        return found


def _model_metadata(content: mmap.mmap) -> Table | None:
    model = Table.root(content)
    buffers = model.tables(4)
    for entry in model.tables(6):
        if entry.text(0) == _METADATA_NAME:
            return Table.root(buffers[entry.uint32(1)].byte_string(0, _MOST_METADATA_BYTES))
    return None


def _label_files(subgraph: Table, archive: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Those of the first output; a lone file that nothing is said of counts, too."""
    found: dict[str, tuple[str, ...]] = {}
    files = [file for tensor in subgraph.tables(3, _MOST_TENSORS)[:1] for file in tensor.tables(6, _MOST_OF_A_TENSOR)]
    for file in files:
        name = file.text(0)
        if file.uint8(2) in _LABELS and name in archive:
            found.setdefault(file.text(3), archive[name])
    return found if files else _lone_file(archive)


def _lone_file(archive: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {"": next(iter(archive.values()))} if len(archive) == 1 else {}


def _normalization(subgraph: Table) -> Normalization | None:
    """That of the image, which is the only input to have one."""
    for tensor in subgraph.tables(2, _MOST_TENSORS):
        for unit in tensor.tables(4, _MOST_OF_A_TENSOR):
            if unit.uint8(0) == _NORMALIZATION:
                options = unit.table(1)
                return Normalization(mean=options.floats(0), std=options.floats(1))
    return None


def _input_px(subgraph: Table) -> tuple[int, int] | None:
    for tensor in subgraph.tables(2, _MOST_TENSORS):
        if tensor.has(3) and (content := tensor.table(3)).uint8(0) == _IMAGE and content.table(1).has(1):
            size = content.table(1).table(1)
            return size.uint32(1), size.uint32(0)
    return None
