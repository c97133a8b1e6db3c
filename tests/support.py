"""Helpers for tests: where the shared data is, and frames made from nothing."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.tasks.common.model_choice import starter_of
from edge.tasks.registry import tasks
from edge.types import Frame, ImageArray

TASK_NAMES = tuple(tasks())
STARTED = tuple(task for task in TASK_NAMES if starter_of(task))
"""Those that run with what comes with Edge."""
ROOT = Path(__file__).resolve().parent.parent
open_to_others = pytest.mark.skipif(
    not all(folder.stat().st_mode & stat.S_IXOTH for folder in (ROOT, *ROOT.parents)),
    reason=f"other users may not look into {ROOT}, or into a folder above it",
)
"""For tests that become another user and then read what lies here."""
_TEST_DATA = os.environ.get("EDGE_TEST_DATA", "../shared")


class SharedData:
    """The folder named by ``EDGE_TEST_DATA`` (default ``../shared``)."""

    def __init__(self) -> None:
        self.folder = (ROOT / _TEST_DATA).resolve()

    def path(self, relative: str) -> Path:
        """The file or folder at ``relative``; skips the running test where it is absent."""
        found = self.folder / relative
        if not found.exists():
            pytest.skip(f"test data {relative} is not in {self.folder} (set EDGE_TEST_DATA)")
        return found


def make_frame(image: ImageArray | None = None, *, number: int = 0, time_s: float = 0.0, segment: int = 0) -> Frame:
    """A frame at a stream time; grey 640x480 unless an image is given."""
    pixels = np.full((480, 640, 3), 128, np.uint8) if image is None else image
    time_ns = round(time_s * 1e9)
    return Frame(number=number, image=pixels, timestamp_ns=time_ns, captured_ns=time_ns, segment=segment)


def picture(path: Path) -> ImageArray:
    """An image file as ``(height, width, 3) uint8`` RGB."""
    pixels = cv2.imread(str(path))
    assert pixels is not None, path
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8)
