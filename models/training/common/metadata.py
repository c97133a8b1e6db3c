"""Writing TFLite metadata and label files into a model.

The layout follows TensorFlow's published ``metadata_schema.fbs``: a flatbuffer inside a buffer of the model, and a zip
archive of the label files behind the model.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
from ai_edge_litert import schema_py_generated as schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ALIGNMENT = 16  # schema.fbs asks this of the data of buffers; weights are read where they lie
_FIELDS = 8  # more than any table here has
_AXIS_LABELS = 2
_NORMALIZATION = 1
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def add_metadata(
    model: bytes,
    *,
    name: str,
    description: str,
    mean: float,
    std: float,
    labels: Sequence[str] = (),
    display: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """A TFLite model with metadata of its first input and first output; the same bytes for the same arguments.

    ``labels`` name the classes of the first output, ``display`` gives them for people to read, by locale. A float
    input is ``(pixel - mean) / std`` with pixel 0..255.
    """
    files = {"labels.txt": ("", labels)} if labels else {}
    files |= {f"labels_{locale}.txt": (locale, names) for locale, names in (display or {}).items()}
    locales = {file: locale for file, (locale, _) in files.items()}
    described = _with_buffer(model, _metadata(name, description, (mean, std), locales))
    return described + _archive({file: names for file, (_, names) in files.items()})


class _AlignedBuilder(flatbuffers.Builder):  # type: ignore[misc]  # the package has no types
    """The generated Python code does not know the alignment of buffers; this gives it to all vectors of bytes."""

    def StartVector(self, item_bytes: int, count: int, alignment: int) -> Any:  # noqa: N802
        return super().StartVector(item_bytes, count, _ALIGNMENT if item_bytes == 1 else alignment)


def _with_buffer(model: bytes, metadata: bytes) -> bytes:
    content = schema.ModelT.InitFromPackedBuf(model, 0)
    entry = schema.MetadataT()
    entry.name, entry.buffer = b"TFLITE_METADATA", len(content.buffers)
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(metadata, np.uint8)
    content.buffers.append(buffer)
    content.metadata = [*(content.metadata or ()), entry]
    builder = _AlignedBuilder(len(model) + len(metadata))
    builder.Finish(content.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def _metadata(name: str, description: str, normalization: tuple[float, float], locales: Mapping[str, str]) -> bytes:
    """A ModelMetadata flatbuffer; ``locales`` gives the locale of each label file."""
    b = flatbuffers.Builder(1024)
    label_files = [_label_file(b, file, locale) for file, locale in locales.items()]
    options = _table(b, {field: b.CreateNumpyVector(np.array([v], "f4")) for field, v in enumerate(normalization)})
    unit = _table(b, {1: options}, kinds={0: _NORMALIZATION})
    tensor_in = _table(b, {4: _tables(b, [unit])})
    tensor_out = _table(b, {6: _tables(b, label_files)})
    subgraph = _table(b, {2: _tables(b, [tensor_in]), 3: _tables(b, [tensor_out])})
    root = _table(b, {0: b.CreateString(name), 1: b.CreateString(description), 3: _tables(b, [subgraph])})
    b.Finish(root, file_identifier=b"M001")
    return bytes(b.Output())


def _label_file(b: Any, file: str, locale: str) -> int:
    strings = {0: b.CreateString(file)} | ({3: b.CreateString(locale)} if locale else {})
    return _table(b, strings, kinds={2: _AXIS_LABELS})


def _tables(b: Any, offsets: Sequence[int]) -> int:
    b.StartVector(4, len(offsets), 4)
    for offset in reversed(offsets):
        b.PrependUOffsetTRelative(offset)
    return int(b.EndVector())


def _table(b: Any, offsets: Mapping[int, int], kinds: Mapping[int, int] | None = None) -> int:
    """A table: offsets and 8-bit kinds by field number."""
    b.StartObject(_FIELDS)
    for field, offset in offsets.items():
        b.PrependUOffsetTRelativeSlot(field, offset, 0)
    for field, kind in (kinds or {}).items():
        b.PrependUint8Slot(field, kind, 0)
    return int(b.EndObject())


def _archive(files: Mapping[str, Sequence[str]]) -> bytes:
    if not files:
        return b""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for file, names in files.items():
            archive.writestr(zipfile.ZipInfo(file, _LONG_AGO), "\n".join(names) + "\n")
    return content.getvalue()
