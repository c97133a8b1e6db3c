"""The tensors of a model in memory that the worker maps, too."""

from __future__ import annotations

import fcntl
import mmap
import os
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from edge.base.shared_memory import shared_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge.runtime.model import Tensor

_ALIGNMENT = 64
_F_SEAL_FUTURE_WRITE = 0x10
"""Of linux/fcntl.h, since Linux 5.1: nobody can map it anew to write to it."""


class TensorMemory:
    """Tensors one behind the other, as the other process finds them by their order, shapes and dtypes alone.

    ``views`` are arrays in the order of ``tensors``, good for as long as somebody has them, also after :meth:`close`.
    They are this process's to write, and only to read for the worker; with ``is_output`` it is the other way round.
    """

    def __init__(self, tensors: Sequence[Tensor], *, is_output: bool = False) -> None:
        self.fd = shared_memory("edge-edgetpu", _size(tensors))
        self.close = weakref.finalize(self, os.close, self.fd)
        """Give the descriptor back; nobody can map the memory any more."""
        self.views = map_tensors(self.fd, tensors, writable=not is_output)
        if not is_output:
            fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, _F_SEAL_FUTURE_WRITE)


def map_tensors(fd: int, tensors: Sequence[Tensor], *, writable: bool) -> tuple[NDArray[Any], ...]:
    """Arrays on memory that another process has laid out for ``tensors``, in their order.

    Raises:
        ValueError: it was laid out for others.
    """
    size = _size(tensors)
    if os.fstat(fd).st_size != size:
        raise ValueError(f"its tensors take {size} bytes, not the {os.fstat(fd).st_size} there are for them")
    memory = mmap.mmap(fd, size, prot=mmap.PROT_READ | (mmap.PROT_WRITE if writable else 0))
    offsets = np.cumsum([0, *map(_room, tensors)])
    return tuple(np.ndarray(t.shape, t.dtype, memory, int(at)) for t, at in zip(tensors, offsets, strict=False))


def _room(tensor: Tensor) -> int:
    """How many bytes it has, up to where the next one begins."""
    used = tensor.dtype.itemsize * int(np.prod(tensor.shape, dtype=np.int64))
    return max(1, -(-used // _ALIGNMENT)) * _ALIGNMENT


def _size(tensors: Sequence[Tensor]) -> int:
    return sum(map(_room, tensors))
