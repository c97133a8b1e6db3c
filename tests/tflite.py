"""Tiny real TFLite models, made with the runtime's own schema: what the tests run where no real model is at hand.

Each is a few operations that give an answer a test can predict, with the inputs and outputs of the real thing.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import flatbuffers  # type: ignore[import-untyped]
import numpy as np
from ai_edge_litert import schema_py_generated as schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_TYPES = {
    "float32": "FLOAT32",
    "float16": "FLOAT16",
    "uint8": "UINT8",
    "int8": "INT8",
    "int16": "INT16",
    "int32": "INT32",
    "int64": "INT64",
}


@dataclass
class ModelBuilder:
    """Collects tensors and operations; :meth:`save` writes the file."""

    tensors: list[Any] = field(default_factory=list)
    buffers: list[Any] = field(default_factory=lambda: [schema.BufferT()])
    operators: list[Any] = field(default_factory=list)
    codes: list[Any] = field(default_factory=list)
    inputs: dict[str, int] = field(default_factory=dict)
    outputs: dict[str, int] = field(default_factory=dict)

    def tensor(self, shape: Sequence[int], dtype: str = "float32", quantized: tuple[float, int] | None = None) -> int:
        """Add a tensor that operations compute; its index."""
        made = schema.TensorT()
        made.name = f"tensor_{len(self.tensors)}".encode()
        made.shape = list(shape)
        made.type = getattr(schema.TensorType, _TYPES[dtype])
        made.buffer = 0
        if quantized is not None:
            made.quantization = schema.QuantizationParametersT()
            made.quantization.scale, made.quantization.zeroPoint = [quantized[0]], [quantized[1]]
        self.tensors.append(made)
        return len(self.tensors) - 1

    def constant(self, values: NDArray[Any]) -> int:
        """Add a tensor with fixed values; its index."""
        index = self.tensor(values.shape, values.dtype.name)
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(values.tobytes(), np.uint8)
        self.buffers.append(buffer)
        self.tensors[index].buffer = len(self.buffers) - 1
        return index

    def op(self, name: str, inputs: Sequence[int], output: int, options: Any = None, *, version: int = 1) -> int:
        """Add an operation with one output; the index of that."""
        code = schema.OperatorCodeT()
        code.builtinCode = getattr(schema.BuiltinOperator, name)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
        code.version = version
        self.codes.append(code)
        made = schema.OperatorT()
        made.opcodeIndex, made.inputs, made.outputs = len(self.codes) - 1, list(inputs), [output]
        if options is not None:
            kind = type(options).__name__.removesuffix("T")
            made.builtinOptionsType, made.builtinOptions = getattr(schema.BuiltinOptions, kind), options
        self.operators.append(made)
        return output

    def custom_op(self, name: str, inputs: Sequence[int], output: int) -> int:
        """Add an operation that no stock runtime knows."""
        self.op("CUSTOM", inputs, output)
        self.codes[-1].customCode = name.encode()
        return output

    def save(self, path: Path, *, signature: bool = False, metadata: bytes | None = None) -> Path:
        """Write the model; with a signature its inputs and outputs go by name."""
        graph = schema.SubGraphT()
        graph.tensors, graph.operators = self.tensors, self.operators
        graph.inputs, graph.outputs = list(self.inputs.values()), list(self.outputs.values())
        model = schema.ModelT()
        model.version, model.subgraphs, model.operatorCodes, model.buffers = 3, [graph], self.codes, self.buffers
        if signature:
            model.signatureDefs = [self._signature()]
        if metadata is not None:
            entry = schema.MetadataT()
            entry.name, entry.buffer = b"TFLITE_METADATA", len(self.buffers)
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(metadata, np.uint8)
            self.buffers.append(buffer)
            model.metadata = [entry]
        builder = flatbuffers.Builder(1024)
        builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
        path.write_bytes(bytes(builder.Output()))
        return path

    def _signature(self) -> Any:
        made = schema.SignatureDefT()
        made.signatureKey = b"serving_default"
        made.inputs = [_named(name, index) for name, index in self.inputs.items()]
        made.outputs = [_named(name, index) for name, index in self.outputs.items()]
        return made


def _named(name: str, index: int) -> Any:
    made = schema.TensorMapT()
    made.name, made.tensorIndex = name.encode(), index
    return made


def _keep_dims(*, keep: bool) -> Any:
    options = schema.ReducerOptionsT()
    options.keepDims = keep
    return options


def _softmax(builder: ModelBuilder, logits: int, output: int) -> int:
    options = schema.SoftmaxOptionsT()
    options.beta = 1.0
    return builder.op("SOFTMAX", [logits], output, options)


def colour_classifier(
    path: Path, *, dtype: str = "uint8", size: int = 8, logits: bool = False, metadata: bytes | None = None
) -> Path:
    """An image classifier with three classes: how red, green and blue the picture is on average.

    uint8 and int8 are quantised; float32 takes whatever normalisation its metadata states.
    """
    b = ModelBuilder()
    zero = {"uint8": 0, "int8": -128, "float32": 0}[dtype]
    is_float = dtype == "float32"
    image = b.tensor((1, size, size, 3), dtype, None if is_float else (1 / 16, zero))
    mean = b.tensor((1, 3), dtype, None if is_float else (1 / 16, zero))
    b.op("MEAN", [image, b.constant(np.array([1, 2], np.int32))], mean, _keep_dims(keep=False))
    b.inputs, b.outputs = {"image": image}, {"scores": mean}
    if not logits:
        b.outputs["scores"] = _softmax(b, mean, b.tensor((1, 3), dtype, None if is_float else (1 / 256, zero)))
    return b.save(path, metadata=metadata)


def dot_pose(
    path: Path, *, size: int = 64, dtype: str = "uint8", quantized: tuple[str, float, int] | None = None
) -> Path:
    """A single-pose model: 17 keypoints at fixed offsets from the reddest pixel, scored by its redness.

    Red is what is more red than green, so nobody is where it is grey.

    ``quantized`` gives the output a type, a scale and a zero point.
    """
    b = ModelBuilder()
    image = b.tensor((1, size, size, 3), dtype)
    b.inputs = {"input": image}
    pixels = image
    if dtype != "float32":
        pixels = b.op("CAST", [image], b.tensor((1, size, size, 3)), schema.CastOptionsT())
    red, green = (
        b.op(
            "SLICE",
            [pixels, b.constant(np.array([0, 0, 0, i], np.int32)), b.constant(np.array([1, size, size, 1], np.int32))],
            b.tensor((1, size, size, 1)),
        )
        for i in range(2)
    )
    red = b.op("SUB", [red, green], b.tensor((1, size, size, 1)), schema.SubOptionsT())
    flat = b.op("RESHAPE", [red, b.constant(np.array([1, size * size], np.int32))], b.tensor((1, size * size)))
    best = b.op("ARG_MAX", [flat, b.constant(np.array(1, np.int32))], b.tensor((1,), "int32"), schema.ArgMaxOptionsT())
    b.operators[-1].builtinOptions.outputType = schema.TensorType.INT32
    score = b.op("REDUCE_MAX", [flat, b.constant(np.array([1], np.int32))], b.tensor((1,)), _keep_dims(keep=False))
    place = b.op("CAST", [best], b.tensor((1,)), schema.CastOptionsT())
    width = b.constant(np.array([size], np.float32))
    row = b.op("FLOOR_DIV", [place, width], b.tensor((1,)), schema.FloorDivOptionsT())
    column = b.op("FLOOR_MOD", [place, width], b.tensor((1,)), schema.FloorModOptionsT())
    point = b.op("CONCATENATION", [row, column, score], b.tensor((3,)), schema.ConcatenationOptionsT())
    scales = b.constant(np.array([1 / size, 1 / size, 1 / 255], np.float32))
    scaled = b.op("MUL", [point, scales], b.tensor((3,)), schema.MulOptionsT())
    figure = b.op("ADD", [scaled, b.constant(dot_offsets(size))], b.tensor((1, 1, 17, 3)), schema.AddOptionsT())
    b.outputs = {"output_0": _quantize(b, figure, (1, 1, 17, 3), quantized)}
    return b.save(path, signature=True)


def _quantize(b: ModelBuilder, values: int, shape: Sequence[int], quantized: tuple[str, float, int] | None) -> int:
    """``values`` in a type, with a scale and a zero point; themselves where there is none."""
    if quantized is None:
        return values
    dtype, scale, zero_point = quantized
    return b.op("QUANTIZE", [values], b.tensor(shape, dtype, (scale, zero_point)), schema.QuantizeOptionsT())


def dot_offsets(size: int) -> NDArray[np.float32]:
    """The offsets of :func:`dot_pose`, ``(1, 1, 17, 3)``: a small standing figure around the pixel's middle."""
    half_pixel = 0.5 / size
    rows = [-9, -10, -10, -9, -9, -6, -6, -3, -3, 0, 0, 1, 1, 5, 5, 9, 9]
    columns = [0, 1, -1, 2, -2, 3, -3, 4, -4, 4, -4, 2, -2, 2, -2, 2, -2]
    offsets = np.zeros((1, 1, 17, 3), np.float32)
    offsets[..., 0] = np.array(rows, np.float32) / 64 + half_pixel
    offsets[..., 1] = np.array(columns, np.float32) / 64 + half_pixel
    return offsets


def light_meter(path: Path, *, size: int = 8) -> Path:
    """A model that says how light a picture is, from 0 to 1: the mean of all its pixels."""
    b = ModelBuilder()
    image = b.tensor((1, size, size, 3))
    axes = b.constant(np.array([1, 2, 3], np.int32))
    b.inputs = {"image": image}
    b.outputs = {"level": b.op("MEAN", [image, axes], b.tensor((1,)), _keep_dims(keep=False))}
    return b.save(path)


def fixed_multipose(
    path: Path, people: NDArray[np.float32], *, quantized: tuple[str, float, int] | None = None
) -> Path:
    """A MultiPose model with a free input size that reports ``people`` ``(6, 56) float32`` whatever it sees."""
    b = ModelBuilder()
    image = b.tensor((1, 1, 1, 3), "int32")
    b.tensors[image].shapeSignature = [1, -1, -1, 3]
    pixels = b.op("CAST", [image], b.tensor((1, 1, 1, 3)), schema.CastOptionsT())
    axes = b.constant(np.array([0, 1, 2, 3], np.int32))
    bright = b.op("REDUCE_MAX", [pixels, axes], b.tensor(()), _keep_dims(keep=False))
    nothing = b.op("MUL", [bright, b.constant(np.array(0, np.float32))], b.tensor(()), schema.MulOptionsT())
    answer = b.constant(people.reshape(1, 6, 56).astype(np.float32))
    b.inputs = {"input": image}
    told = b.op("ADD", [answer, nothing], b.tensor((1, 6, 56)), schema.AddOptionsT())
    b.outputs = {"output_0": _quantize(b, told, (1, 6, 56), quantized)}
    return b.save(path, signature=True)


def summing_action(path: Path, *, size: int = 8) -> Path:
    """A stream model with three classes: its logits are the sum of each colour's mean over all frames so far.

    ``sum`` is the state that moves, ``still`` one that is passed through, ``count`` an int32 that counts frames.
    """
    b = ModelBuilder()
    image = b.tensor((1, 1, size, size, 3))
    sum_in, still, count_in = b.tensor((1, 3)), b.tensor((1, 2)), b.tensor((1,), "int32")
    mean = b.op("MEAN", [image, b.constant(np.array([1, 2, 3], np.int32))], b.tensor((1, 3)), _keep_dims(keep=False))
    sum_out = b.op("ADD", [sum_in, mean], b.tensor((1, 3)), schema.AddOptionsT())
    one = b.constant(np.array([1], np.int32))
    count_out = b.op("ADD", [count_in, one], b.tensor((1,), "int32"), schema.AddOptionsT())
    scale = b.constant(np.array([1], np.float32))
    logits = b.op("MUL", [sum_out, scale], b.tensor((1, 3)), schema.MulOptionsT())
    b.inputs = {"sum": sum_in, "image": image, "still": still, "count": count_in}
    b.outputs = {"count": count_out, "still": still, "logits": logits, "sum": sum_out}
    return b.save(path, signature=True)


def two_tensors(path: Path) -> Path:
    """A model that fits no task: two floats in, two out."""
    b = ModelBuilder()
    x = b.tensor((1, 2))
    b.inputs = {"x": x}
    b.outputs = {"y": b.op("ADD", [x, x], b.tensor((1, 2)), schema.AddOptionsT())}
    return b.save(path)


def custom_op_model(path: Path, name: str) -> Path:
    """A model that needs the custom operation ``name``."""
    b = ModelBuilder()
    x = b.tensor((1, 2))
    b.inputs = {"x": x}
    b.outputs = {"y": b.custom_op(name, [x], b.tensor((1, 2)))}
    return b.save(path)


def append_files(model: Path, files: Mapping[str, str]) -> Path:
    """Put text files behind a model, as TFLite metadata does."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for name, text in files.items():
            writer.writestr(name, text)
    with model.open("ab") as target:
        target.write(archive.getvalue())
    return model


def metadata_bytes(
    label_files: Mapping[str, str] | None = None,
    normalization: tuple[float, float] | tuple[Sequence[float], Sequence[float]] | None = None,
    size: tuple[int, int] | None = None,
    kind: int = 2,
) -> bytes:
    """A ModelMetadata flatbuffer: label files by locale for the first output, what an image is for the first input.

    ``normalization`` is mean and std, one number or one for each channel, ``size`` height and width, ``kind`` that of
    the files in the schema.
    """
    b = flatbuffers.Builder(256)
    files = [_associated_file(b, locale, name, kind) for locale, name in (label_files or {}).items()]
    units = [_normalization_unit(b, *normalization)] if normalization else []
    content = {3: _image_content(b, size)} if size else {}
    tensor_in = _table(b, {4: _offsets(b, units)} | content)
    tensor_out = _table(b, {6: _offsets(b, files)})
    subgraph = _table(b, {2: _offsets(b, [tensor_in]), 3: _offsets(b, [tensor_out])})
    b.Finish(_table(b, {3: _offsets(b, [subgraph])}), file_identifier=b"M001")
    return bytes(b.Output())


def metadata_again_and_again(tensors: int, units: int, files: int) -> bytes:
    """A ModelMetadata flatbuffer whose lists have so many entries, each of them the same one."""
    b = flatbuffers.Builder(256)
    unit = _table(b, {}, kinds={0: 2})
    file = _associated_file(b, "", "labels.txt", 2)
    tensor_in = _table(b, {4: _offsets(b, [unit] * units)})
    tensor_out = _table(b, {6: _offsets(b, [file] * files)})
    subgraph = _table(b, {2: _offsets(b, [tensor_in] * tensors), 3: _offsets(b, [tensor_out])})
    b.Finish(_table(b, {3: _offsets(b, [subgraph])}), file_identifier=b"M001")
    return bytes(b.Output())


def metadata_of(*, subgraphs: int = 0) -> bytes:
    """A ModelMetadata flatbuffer that tells a name and nothing of so many graphs."""
    b = flatbuffers.Builder(64)
    name, graphs = b.CreateString("a model"), [_table(b, {}) for _ in range(subgraphs)]
    b.Finish(_table(b, {0: name} | ({3: _offsets(b, graphs)} if graphs else {})), file_identifier=b"M001")
    return bytes(b.Output())


def _associated_file(b: flatbuffers.Builder, locale: str, name: str, kind: int) -> int:
    strings = {0: b.CreateString(name)} | ({3: b.CreateString(locale)} if locale else {})
    return _table(b, strings, kinds={2: kind})


def _image_content(b: flatbuffers.Builder, size: tuple[int, int]) -> int:
    b.StartObject(2)
    b.PrependUint32Slot(0, size[1], 0)
    b.PrependUint32Slot(1, size[0], 0)
    return _table(b, {1: _table(b, {1: int(b.EndObject())})}, kinds={0: 2})


def _normalization_unit(b: flatbuffers.Builder, mean: float | Sequence[float], std: float | Sequence[float]) -> int:
    values = [np.atleast_1d(np.array(value, np.float32)) for value in (mean, std)]
    vectors = {i: b.CreateNumpyVector(value) for i, value in enumerate(values)}
    return _table(b, {1: _table(b, vectors)}, kinds={0: 1})


def _offsets(b: flatbuffers.Builder, tables: Sequence[int]) -> int:
    b.StartVector(4, len(tables), 4)
    for table in reversed(tables):
        b.PrependUOffsetTRelative(table)
    return int(b.EndVector())


def _table(b: flatbuffers.Builder, offsets: Mapping[int, int], kinds: Mapping[int, int] | None = None) -> int:
    b.StartObject(8)
    for slot, offset in offsets.items():
        b.PrependUOffsetTRelativeSlot(slot, offset, 0)
    for slot, kind in (kinds or {}).items():
        b.PrependUint8Slot(slot, kind, 0)
    return int(b.EndObject())
