"""What a running appliance hands to the process that draws its monitor."""

from __future__ import annotations

import pickle
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.broker import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.monitor.view import View

_NAME = "memfd:edge-monitor"


def memory_of(process: int) -> bytes:
    """The memory that the process has in common with the one that draws; empty while there is none."""
    for descriptor in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            if _NAME in str(descriptor.readlink()):
                return descriptor.read_bytes()
    return b""


def drawing_process(process: int) -> int | None:
    """The process that draws for ``process``; None where there is none."""
    for task in Path(f"/proc/{process}/task").iterdir():
        with suppress(OSError):
            for child in map(int, (task / "children").read_text().split()):
                if b"edge.monitor.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return child
    return None


def wait_for_view(process: int, condition: Callable[[View], object], what: str) -> View:
    """Wait for a view without pixels that fulfils ``condition``; a picture's pixels would come first in the memory."""
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        with suppress(Exception):  # it is being written
            view: View = pickle.loads(memory_of(process))  # noqa: S301
            if condition(view):
                return view
        time.sleep(0.02)
    pytest.fail(f"waited {PATIENCE_S:g} s in vain: {what}")
