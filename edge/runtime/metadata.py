"""What a TFLite file says of itself: label files and input normalisation.

The layout follows TensorFlow's published ``schema.fbs`` (Model) and ``metadata_schema.fbs`` (ModelMetadata): the
metadata is a flatbuffer inside a buffer of the model; the label files are a zip archive behind the model.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.flatbuffer import Table

if TYPE_CHECKING:
    from pathlib import Path

_DAMAGE = (
    *(struct.error, IndexError, ValueError, zipfile.BadZipFile, zlib.error),
    # What zipfile raises of archives whose fields are nonsense.
    *(EOFError, NotImplementedError, OSError, RuntimeError),
)
_METADATA_NAME = b"TFLITE_METADATA"
_AXIS_LABELS = 2
_NORMALIZATION = 1


@dataclass(frozen=True, slots=True)
class Normalization:
    """A float input is ``(pixel - mean) / std`` with pixel 0..255."""

    mean: float
    std: float


@dataclass(frozen=True, slots=True)
class Metadata:
    """``label_files`` maps a locale ("" for the category names) to the labels of the first output."""

    label_files: dict[str, tuple[str, ...]]
    normalization: Normalization | None


def read_metadata(path: Path) -> Metadata:
    """Read labels and normalisation from a model file; both empty where it carries none.

    Raises:
        ModelError: the file's metadata is damaged.
    """
    try:
        archive = _archive(path)
        table = _model_metadata(path.read_bytes())
        if table is None:
            return Metadata({"": next(iter(archive.values()))} if len(archive) == 1 else {}, None)
        subgraph = table.tables(3)[0]
        return Metadata(_label_files(subgraph, archive), _normalization(subgraph))
    except _DAMAGE as error:
        raise ModelError(f"{path}: the metadata inside the model is damaged ({error}); download it again") from error


def split_labels(text: str) -> tuple[str, ...]:
    """One label a line; only blank lines at the end are left out, so that every other keeps its index."""
    return tuple(line.strip() for line in text.rstrip().splitlines())


def _archive(path: Path) -> dict[str, tuple[str, ...]]:
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        texts = [name for name in archive.namelist() if name.endswith(".txt")]
        return {name: split_labels(archive.read(name).decode("utf-8-sig")) for name in texts}


def _model_metadata(content: bytes) -> Table | None:
    model = Table.root(content)
    buffers = model.tables(4)
    for entry in model.tables(6):
        if entry.byte_string(0) == _METADATA_NAME:
            return Table.root(buffers[entry.uint32(1)].byte_string(0))
    return None


def _label_files(subgraph: Table, archive: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for tensor in subgraph.tables(3)[:1]:
        for file in tensor.tables(6):
            name = file.byte_string(0).decode("utf-8")
            if file.uint8(2) == _AXIS_LABELS and name in archive:
                found.setdefault(file.byte_string(3).decode("utf-8"), archive[name])
    return found


def _normalization(subgraph: Table) -> Normalization | None:
    for tensor in subgraph.tables(2)[:1]:
        for unit in tensor.tables(4):
            if unit.uint8(0) == _NORMALIZATION:
                options = unit.table(1)
                return Normalization(mean=options.floats(0)[0], std=options.floats(1)[0])
    return None
