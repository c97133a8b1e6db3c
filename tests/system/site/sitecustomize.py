"""Read by every Python that `make test-system` starts: makes picamera2 take libcamera's virtual camera.

picamera2 is written for the Raspberry Pi's cameras. What a virtual one lacks: raw modes, pictures in a single plane for
picamera2's own allocator, and pykms, which only its preview windows need.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any
from unittest.mock import MagicMock

sys.modules["pykms"] = MagicMock()
picamera2: Any = import_module("picamera2")
allocators: Any = import_module("picamera2.allocators")


class VirtualPicamera2(picamera2.Picamera2):  # type: ignore[misc]
    """The real thing, but for its allocator and its raw modes."""

    def __init__(self, camera_num: int = 0) -> None:
        super().__init__(camera_num, allocator=allocators.LibcameraAllocator(None))
        self.allocator.camera = self.camera

    def _get_raw_modes(self) -> list[dict[str, Any]]:
        return [{"format": "NV12", "size": (640, 480)}]


picamera2.Picamera2 = VirtualPicamera2
