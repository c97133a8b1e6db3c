"""A TFLite model in this process: its tensors by name, and ``invoke()`` without a copy that can be avoided."""

from __future__ import annotations

import importlib
from contextlib import contextmanager, suppress
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.errors import ModelError
from edge.runtime.bundle import is_member, read_member
from edge.runtime.model import Tensor
from edge.runtime.model_file import check_model_file
from edge.runtime.operations import is_squashed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.types import Backend

RUNTIMES = ("ai_edge_litert.interpreter", "tflite_runtime.interpreter")
"""Where an ``Interpreter`` comes from, the first that imports wins."""

_REFUSALS = (RuntimeError, ValueError, KeyError, MemoryError)
"""What the runtime raises of a model that it cannot take, run or describe."""

_IMAGE_DIMENSIONS, _CHANNELS = (4, 5), 3


class TfliteModel:
    """A :class:`edge.runtime.model.Model` in this process, on the CPU, by the TFLite interpreter.

    Raises:
        ModelError: the file is missing, truncated, no TFLite model, or needs an operation that is not here.
    """

    backend: Backend = "cpu"

    def __init__(
        self,
        path: Path,
        *,
        threads: int = 1,
        free_px: Callable[[], tuple[int, int]] | None = None,
        delegate: object | None = None,
    ) -> None:
        """Load, allocate; ``free_px`` is asked for height and width of an image input that leaves either open.

        What ``delegate`` (:func:`load_delegate`) takes of the model is computed by it.
        """
        self.path = path
        self._interpreter = _load(path, threads, delegate)
        with _describing(path):
            resized = _settle_size(self._interpreter, free_px) if free_px else None
        try:
            self._interpreter.allocate_tensors()
            if resized:  # some shapes that follow from the input's are known only after a run
                for details in self._interpreter.get_input_details():  # what is there before is anything, also NaN
                    self._interpreter.set_tensor(details["index"], np.zeros(details["shape"], details["dtype"]))
                self._interpreter.invoke()
        except _REFUSALS as error:
            raise ModelError(_explain_allocation(path, error, resized, delegate)) from error
        with _describing(path):
            inputs, outputs = _named_tensors(self._interpreter)
        self.inputs: Mapping[str, Tensor] = MappingProxyType(inputs)
        self.outputs: Mapping[str, Tensor] = MappingProxyType(outputs)
        indices = {tensor.index for tensor in (*self.inputs.values(), *self.outputs.values())}
        self._views: dict[int, Callable[[], NDArray[Any]]] = {i: self._interpreter.tensor(i) for i in indices}

    def view(self, tensor: Tensor) -> NDArray[Any]:
        """The tensor's own memory; see :meth:`edge.runtime.model.Model.view`. No invoke runs while it is alive."""
        return self._views[tensor.index]()

    def invoke(self) -> None:
        """Run the model on what its inputs hold; other Python threads run meanwhile.

        Raises:
            ModelError: an operation of the model failed.
        """
        try:
            self._interpreter.invoke()
        except _REFUSALS as error:
            raise ModelError(f"{self.path}: the model failed while running: {_first_line(error)}") from error

    def operations(self) -> Sequence[Mapping[str, Any]]:
        """Each operation with its name and the indices of its inputs and outputs, as the interpreter lists them.

        Raises:
            ModelError: the list cannot be read.
        """
        with _describing(self.path):
            found: Sequence[Mapping[str, Any]] = self._interpreter._get_ops_details()  # noqa: SLF001  # no public API
        return found

    def yields_probabilities(self, output: Tensor) -> bool:
        """Whether ``output`` is already a probability (softmax or sigmoid) by the model's own description.

        The operations that make the output decide; for a compiled file that hides them, the output scale.
        """
        if is_squashed(self.operations(), {tensor.index for tensor in self.inputs.values()}, output.index):
            return True
        return output.has_softmax_scale


def describe(path: Path) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
    """Inputs and outputs of a file, in its order, also of one with operations that this runtime does not have.

    Raises:
        ModelError: the file is missing, truncated or no TFLite model.
    """
    interpreter = _load(path, 1)
    with _describing(path):
        inputs, outputs = _named_tensors(interpreter)
    return tuple(inputs.values()), tuple(outputs.values())


def load_delegate(library: str, options: Mapping[str, str]) -> object:
    """A delegate of the shared library called ``library``, with its own options.

    Raises:
        ModelError: the library cannot be loaded, or gives none.
    """
    try:
        delegate: object = _runtime().load_delegate(library, dict(options))
    except (*_REFUSALS, OSError) as error:
        raise ModelError(f"{library}: {_first_line(error)}") from error
    return delegate


def runtime_release() -> str:
    """The TFLite runtime in use, as ``ai_edge_litert 2.3.0``."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415  # few ask

    name = str(_runtime().__name__).partition(".")[0]
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return name


def _load(path: Path, threads: int, delegate: object | None = None) -> Any:
    delegates = [delegate] if delegate else None
    source = _source(path)
    try:
        return _runtime().Interpreter(**source, num_threads=threads, experimental_delegates=delegates)
    except (*_REFUSALS, OSError) as error:
        if delegate:  # it is handed the model here
            raise ModelError(f"{path}: its delegate refuses it ({_first_line(error)})") from error
        raise ModelError(f"{path}: not a complete TFLite model ({_first_line(error)}); download it again") from error


def _source(path: Path) -> Mapping[str, object]:
    """What an interpreter is made from: a file, or the bytes of a member of a bundle."""
    if is_member(path):
        return {"model_content": read_member(path)}
    check_model_file(path)
    return {"model_path": str(path)}


def _runtime() -> Any:
    """The module of the TFLite runtime."""
    for name in RUNTIMES:
        with suppress(ImportError):
            return importlib.import_module(name)
    raise ModelError("no TFLite runtime is installed; install ai-edge-litert: pip install ai-edge-litert")


def _settle_size(interpreter: Any, free_px: Callable[[], tuple[int, int]]) -> tuple[int, ...] | None:
    """Give an image input that leaves its height or width open a size; its new shape, None where there is no such."""
    for details in interpreter.get_input_details():
        shape, signature = ([int(n) for n in details[key]] for key in ("shape", "shape_signature"))
        if len(shape) not in _IMAGE_DIMENSIONS or shape[-1] != _CHANNELS:
            continue
        is_open = [side == -1 or shape[-3:-1] == [1, 1] for side in signature[-3:-1]]
        if any(is_open):
            given = zip(shape[-3:-1], free_px(), is_open, strict=True)
            sides = [free if open_ else fixed for fixed, free, open_ in given]
            settled = (*(1 for _ in shape[:-3]), *sides, _CHANNELS)
            interpreter.resize_tensor_input(details["index"], settled)
            return settled
    return None


@contextmanager
def _describing(path: Path) -> Iterator[None]:
    """Turn what the runtime raises when it is asked about a model into a sentence."""
    try:
        yield
    except _REFUSALS as error:
        raise ModelError(
            f"{path}: a damaged TFLite model ({_first_line(error)}); download or export it again"
        ) from error


def _explain_allocation(path: Path, error: Exception, resized: tuple[int, ...] | None, delegate: object | None) -> str:
    if "edgetpu-custom-op" in str(error) and delegate is None:
        return (
            f"{path}: compiled for the EdgeTPU, cannot run on the CPU; use the model's CPU variant (without _edgetpu)"
        )
    size = f" with an input of {list(resized)}" if resized else ""
    return f"{path}: this runtime cannot run the model{size}: {_first_line(error)}"


def _signature_names(interpreter: Any) -> tuple[dict[int, str], dict[int, str]]:
    """Names by tensor index, for inputs and outputs, from the model's first signature; empty without one."""
    signatures = interpreter.get_signature_list()
    if not signatures:
        return {}, {}
    runner = interpreter.get_signature_runner(next(iter(signatures)))
    inputs = {details["index"]: name for name, details in runner.get_input_details().items()}
    outputs = {details["index"]: name for name, details in runner.get_output_details().items()}
    return inputs, outputs


def _named_tensors(interpreter: Any) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The inputs and the outputs."""
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()
    input_names, output_names = _signature_names(interpreter)
    return _tensors(inputs, input_names), _tensors(outputs, output_names)


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
    if isinstance(error, UnicodeDecodeError):
        return "a name inside it is not UTF-8"
    return (str(error).strip() or type(error).__name__).splitlines()[0]
