"""One loaded TFLite model: its tensors by name, and ``invoke()`` without a copy that can be avoided."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.types import Backend

RUNTIMES = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter")
"""Where an ``Interpreter`` comes from, the first that imports wins."""

_PASS_THROUGH_OPS = frozenset({"DEQUANTIZE", "QUANTIZE", "RESHAPE", "SQUEEZE"})
_DELEGATED = "DELEGATE"
"""Stands in the list of operations beside those it replaces; only the latter say what is computed."""
_SQUASHING_OPS = frozenset({"SOFTMAX", "LOGISTIC"})
_SOFTMAX_SCALE = 1 / 256
"""The TFLite quantisation specification fixes this scale for every quantised softmax."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """What is known of an input or output; ``scale`` 0 means not quantised: real = (stored - zero_point) * scale."""

    name: str
    index: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    scale: float
    zero_point: int

    @property
    def is_quantized(self) -> bool:
        """Whether the stored integers stand for real numbers."""
        return self.scale > 0 and self.dtype.kind in "iu"


class Model:
    """A TFLite model on the CPU, ready to be invoked by one thread at a time.

    ``inputs`` and ``outputs`` are keyed by the names of the model's signature, or by tensor names in the order of the
    file where it has none.

    Raises:
        ModelError: the file is missing, truncated, no TFLite model, or needs an operation that is not here.
    """

    backend: Backend = "cpu"

    def __init__(self, path: Path, *, threads: int = 1, input_shape: tuple[int, ...] | None = None) -> None:
        """Load, allocate; ``input_shape`` resizes the first input (models with a free height and width)."""
        self.path = path
        self._interpreter = _load(path, threads)
        if input_shape is not None:
            first = self._interpreter.get_input_details()[0]["index"]
            self._interpreter.resize_tensor_input(first, input_shape)
        try:
            self._interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise ModelError(_explain_allocation(path, str(error))) from error
        inputs, outputs = self._interpreter.get_input_details(), self._interpreter.get_output_details()
        input_names, output_names = _signature_names(self._interpreter)
        self.inputs: Mapping[str, Tensor] = MappingProxyType(_tensors(inputs, input_names))
        self.outputs: Mapping[str, Tensor] = MappingProxyType(_tensors(outputs, output_names))
        indices = {tensor.index for tensor in (*self.inputs.values(), *self.outputs.values())}
        self._views: dict[int, Callable[[], NDArray[Any]]] = {i: self._interpreter.tensor(i) for i in indices}

    def view(self, tensor: Tensor) -> NDArray[Any]:
        """The tensor's own memory as an array of its shape and dtype.

        Write inputs and read outputs through it; drop it before the next :meth:`invoke`, which refuses to run while
        a view is alive.
        """
        return self._views[tensor.index]()

    def invoke(self) -> None:
        """Run the model on what its inputs hold; other Python threads run meanwhile.

        Raises:
            ModelError: an operation of the model failed.
        """
        try:
            self._interpreter.invoke()
        except (RuntimeError, ValueError) as error:
            raise ModelError(f"{self.path}: the model failed while running: {_first_line(error)}") from error

    def yields_probabilities(self, output: Tensor) -> bool:
        """Whether ``output`` is already a probability (softmax or sigmoid) by the model's own description.

        The operation that makes the output decides; for a compiled file that hides its operations, the output scale.
        """
        operations = self._interpreter._get_ops_details()  # noqa: SLF001  # the public API does not tell
        producers = {index: op for op in operations if op["op_name"] != _DELEGATED for index in op["outputs"]}
        index = output.index
        for _ in producers:
            op = producers.get(index)
            if op is None or op["op_name"] not in _PASS_THROUGH_OPS:
                break
            index = op["inputs"][0]
        made_by = producers.get(index)
        if made_by is not None and made_by["op_name"] in _SQUASHING_OPS:
            return True
        return output.is_quantized and abs(output.scale - _SOFTMAX_SCALE) < 1e-6  # noqa: PLR2004


def _load(path: Path, threads: int) -> Any:
    if not path.is_file():
        what = "is a folder, not a model file" if path.is_dir() else "no such model file"
        raise ModelError(f"{path}: {what}; give the path of a .tflite file")
    try:
        return _interpreter_class()(model_path=str(path), num_threads=threads)
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(f"{path}: not a complete TFLite model ({_first_line(error)}); download it again") from error


def _interpreter_class() -> Callable[..., Any]:
    for name in RUNTIMES:
        try:
            found: Callable[..., Any] = importlib.import_module(name).Interpreter
        except ImportError:
            continue
        return found
    raise ModelError("no TFLite runtime is installed; install ai-edge-litert: pip install ai-edge-litert")


def _explain_allocation(path: Path, text: str) -> str:
    if "edgetpu-custom-op" in text:
        return (
            f"{path}: compiled for the EdgeTPU, cannot run on the CPU; use the model's CPU variant (without _edgetpu)"
        )
    return f"{path}: this runtime cannot run the model: {text.strip().splitlines()[0]}"


def _signature_names(interpreter: Any) -> tuple[dict[int, str], dict[int, str]]:
    """Names by tensor index, for inputs and outputs, from the model's first signature; empty without one."""
    signatures = interpreter.get_signature_list()
    if not signatures:
        return {}, {}
    runner = interpreter.get_signature_runner(next(iter(signatures)))
    inputs = {details["index"]: name for name, details in runner.get_input_details().items()}
    outputs = {details["index"]: name for name, details in runner.get_output_details().items()}
    return inputs, outputs


def _tensors(details: Iterable[Mapping[str, Any]], names: Mapping[int, str]) -> dict[str, Tensor]:
    return {names.get(d["index"], d["name"]): _tensor(d, names.get(d["index"], d["name"])) for d in details}


def _tensor(details: Mapping[str, Any], name: str) -> Tensor:
    scale, zero_point = details["quantization"]
    return Tensor(
        name=name,
        index=details["index"],
        shape=tuple(int(n) for n in details["shape"]),
        dtype=np.dtype(details["dtype"]),
        scale=float(scale),
        zero_point=int(zero_point),
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
