"""What a loaded model is to a task, whatever runs it: tensors to write and to read, and ``invoke()``."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from edge.errors import ModelOutputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.types import Backend, FloatArray


_SOFTMAX_SCALE = 1 / 256


@dataclass(frozen=True, slots=True)
class Tensor:
    """What is known of an input or output; ``scale`` 0 means not quantised: real = (stored - zero_point) * scale.

    An input and an output with the same ``index`` are the same memory.
    """

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

    @property
    def has_softmax_scale(self) -> bool:
        """Whether it is stored as TFLite's quantisation specification demands of every softmax."""
        return self.is_quantized and abs(self.scale - _SOFTMAX_SCALE) < 1e-6  # noqa: PLR2004

    @property
    def quantization(self) -> tuple[np.dtype[Any], float, int]:
        """All that bears on what the stored values mean."""
        return self.dtype, self.scale, self.zero_point

    def real(self, stored: NDArray[Any]) -> FloatArray:
        """What stored values stand for, as float32 of their shape, in memory of its own."""
        found: FloatArray = stored.astype(np.float32)
        if self.is_quantized:
            found -= np.float32(self.zero_point)
            found *= np.float32(self.scale)
        return found

    def store(self, values: FloatArray, view: NDArray[Any]) -> None:
        """Write what :meth:`real` would read into the tensor's memory."""
        if self.is_quantized:
            limits = np.iinfo(self.dtype)
            stored = np.rint(values / np.float32(self.scale)) + self.zero_point
            view[...] = np.clip(stored, limits.min, limits.max)
        else:
            view[...] = values


class Model(Protocol):
    """A model, loaded, for one thread at a time; in this process or in another one."""

    @property
    def path(self) -> Path:
        """The file, for what is said of it."""
        ...

    @property
    def backend(self) -> Backend:
        """What has computed the last :meth:`invoke`, and before the first one will; another may compute the next."""
        ...

    @property
    def inputs(self) -> Mapping[str, Tensor]:
        """By the names of the model's signature, or by tensor names in the order of the file where it has none."""
        ...

    @property
    def outputs(self) -> Mapping[str, Tensor]:
        """The same of what it gives."""
        ...

    def view(self, tensor: Tensor) -> NDArray[Any]:
        """The tensor's own memory as an array of its shape and dtype.

        Write inputs and read outputs through it; drop it before the next :meth:`invoke`, which may refuse to run while
        a view is alive. What an input holds stays until it is written again.
        """
        ...

    def invoke(self) -> None:
        """Run the model on what its inputs hold; other Python threads run meanwhile.

        Raises:
            ModelError: it failed. ModelOutputError: what is to run it cannot now.
        """
        ...

    def yields_probabilities(self, output: Tensor) -> bool:
        """Whether ``output`` is already a probability (softmax or sigmoid) by the model's own description."""
        ...


class ModelOpener(Protocol):
    """Loads the files of a model where whoever hands this out wants them to run."""

    def __call__(self, path: Path, *, free_px: Callable[[], tuple[int, int]] | None = None) -> Model:
        """A model; ``free_px`` is asked for height and width of an image input that leaves either open.

        Raises:
            ModelError: the file is missing, truncated, no model, or cannot be run there.
        """
        ...


def warm(model: Model) -> None:
    """Have it run once, so that its first frame takes no longer than others; what waits for its EdgeTPU is left cold.

    It sees zeros: what memory happens to hold may be a picture of which a model makes places that it then fails to look
    up.

    Raises:
        ModelError: it failed.
    """
    for tensor in model.inputs.values():
        model.view(tensor)[...] = tensor.zero_point
    with suppress(ModelOutputError):
        model.invoke()
