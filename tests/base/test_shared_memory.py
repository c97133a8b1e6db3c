"""Memory for two processes grows and never shrinks."""

from __future__ import annotations

import mmap
import os

import pytest

from edge.base.shared_memory import shared_memory


def test_it_is_there_for_whoever_maps_it() -> None:
    memory = shared_memory("edge-test", 10)
    with mmap.mmap(memory, 10) as one, mmap.mmap(memory, 10, prot=mmap.PROT_READ) as other:
        assert other[:] == bytes(10)
        one[3:5] = b"ab"
        assert other[:] == b"\0\0\0ab" + bytes(5)
    os.close(memory)


def test_nobody_can_take_pages_away_from_others() -> None:
    memory = shared_memory("edge-test", 10)
    os.ftruncate(memory, 20)
    with pytest.raises(PermissionError):
        os.ftruncate(memory, 10)
    os.close(memory)
