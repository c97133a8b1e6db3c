"""Tensors in memory of two processes: the same layout at both ends, written at one only."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

import numpy as np
import pytest

from edge.runtime.edgetpu.memory import TensorMemory, map_tensors
from edge.runtime.model import Tensor

IMAGE = Tensor("image", 0, (1, 5, 7, 3), np.dtype(np.uint8), 0.0, 0)
STATE = Tensor("state", 4, (1, 3), np.dtype(np.float32), 0.0, 0)
COUNT = Tensor("count", 2, (), np.dtype(np.int64), 0.0, 0)
TENSORS = (IMAGE, STATE, COUNT)


def test_what_one_side_writes_the_other_reads() -> None:
    memory = TensorMemory(TENSORS)
    there = map_tensors(memory.fd, TENSORS, writable=False)
    memory.views[0][...] = 7
    memory.views[1][...] = [[0.5, -1.0, np.inf]]
    memory.views[2][...] = -3

    assert [(view.shape, view.dtype) for view in there] == [(t.shape, t.dtype) for t in TENSORS]
    assert (there[0] == 7).all()
    assert there[1].tolist() == [[0.5, -1.0, np.inf]]
    assert int(there[2]) == -3
    assert all(view.ctypes.data % 64 == 0 for view in there)


def test_outputs_are_written_over_there_only() -> None:
    memory = TensorMemory((STATE,), is_output=True)
    (there,) = map_tensors(memory.fd, (STATE,), writable=True)
    there[...] = 2.0
    assert memory.views[0].tolist() == [[2.0, 2.0, 2.0]]
    with pytest.raises(ValueError, match="read-only"):
        memory.views[0][...] = 1.0


def test_nobody_else_can_write_to_inputs() -> None:
    memory = TensorMemory((STATE,))
    (there,) = map_tensors(memory.fd, (STATE,), writable=False)
    with pytest.raises(ValueError, match="read-only"):
        there[...] = 1.0
    with pytest.raises(PermissionError):
        mmap.mmap(memory.fd, 64)
    with pytest.raises(PermissionError):
        os.write(memory.fd, b"x")
    memory.views[0][...] = 1.0
    assert there.tolist() == [[1.0, 1.0, 1.0]]


def test_a_layout_for_other_tensors_is_refused() -> None:
    memory = TensorMemory(TENSORS)
    with pytest.raises(ValueError, match=r"take 192 bytes, not the 256 there are"):
        map_tensors(memory.fd, (IMAGE, COUNT), writable=False)


def test_views_outlive_the_memory_and_nothing_is_left_behind() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    memory = TensorMemory(TENSORS)
    view = memory.views[0]
    view[...] = 9
    memory.close()
    memory.close()
    del memory
    assert (view == 9).all()
    del view
    TensorMemory(TENSORS)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
