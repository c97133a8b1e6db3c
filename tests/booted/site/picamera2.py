"""A Raspberry Pi camera that is plugged in while /run/edge-test/camera is there; see sitecustomize.py."""

from __future__ import annotations

import time
from typing import Any

from edge.scene.scene import Scene
from tests.booted.site.control import CONTROL, hang_if
from tests.camera import stand_ins

MappedArray = stand_ins.MappedArray
_INTERVAL_S = 1 / 30

stand_ins.Picamera2.hardware = stand_ins.Hardware(picture=Scene(1, "gym", (640, 480), 30.0).render(1.0)[0])


class Picamera2(stand_ins.Picamera2):
    """The stand-in of the camera's own tests, at a camera's pace."""

    @staticmethod
    def global_camera_info() -> list[dict[str, Any]]:
        """What is plugged in."""
        stand_ins.Picamera2.hardware.is_absent = not (CONTROL / "camera").exists()
        return stand_ins.Picamera2.global_camera_info()

    def capture_request(self, wait: Any = None, signal_function: Any = None, flush: Any = None) -> Any:
        """A frame; never, while it hangs."""
        hang_if("camera-hangs")
        time.sleep(_INTERVAL_S)
        return super().capture_request(wait, signal_function, flush)
