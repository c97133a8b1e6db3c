"""Stand-ins for picamera2 and libcamera: what Edge uses of them, with the real names and signatures.

``test_picamera.py`` holds them against the real packages wherever those are installed.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import cv2
import numpy as np

if TYPE_CHECKING:
    from types import TracebackType

    from edge.types import ImageArray


@dataclass
class Transform:
    """libcamera.Transform."""

    hflip: int = 0
    vflip: int = 0


class ColorSpace:
    """libcamera.ColorSpace."""

    @staticmethod
    def Smpte170m() -> str:  # noqa: N802  # libcamera's name
        return "Smpte170m"


@dataclass
class Platform:
    """A member of picamera2.platform.Platform."""

    name: str


@dataclass
class Hardware:
    """What is attached, and how it behaves; one for all cameras opened on it."""

    pixels: str | None = None
    padding: int = 0
    size: tuple[int, int] | None = None
    flips: bool = True
    has_rate: bool = True
    picture: ImageArray | None = None
    is_absent: bool = False
    is_busy: bool = False
    fails_at: Literal["", "pipe", "number", "acquire", "configure"] = ""
    """The step of opening that fails."""
    rejects: str = ""
    stalls: bool = False
    sensor_ns: int | None = None
    corrupts: bool = False
    clings: bool = False
    """It does not let go the first time."""
    keeps: bool = False
    """A request does not go back."""
    is_uncancellable: bool = False
    requested: int = 0
    released: int = 0
    closed: int = 0
    configured: Any = None


class CompletedRequest:
    """picamera2.request.CompletedRequest."""

    def __init__(self, hardware: Hardware, config: dict[str, Any]) -> None:
        self.hardware, self.config = hardware, config

    def get_metadata(self) -> dict[str, Any]:
        stamp = self.hardware.sensor_ns
        return {} if stamp is None else {"SensorTimestamp": stamp, "ExposureTime": 10000}

    def release(self) -> None:
        self.hardware.released += 1
        if self.hardware.keeps:
            raise RuntimeError("Failed to queue request")


class MappedArray:
    """picamera2.MappedArray: the pixels as they lie in memory, rows padded with 77."""

    def __init__(self, request: CompletedRequest, stream: str, reshape: bool = True, write: bool = True) -> None:
        assert reshape
        assert not write
        self.array: Any = None
        self._request, self._stream = request, request.config[stream]

    def __enter__(self) -> Self:
        hardware = self._request.hardware
        if hardware.corrupts:
            raise ValueError("cannot reshape array of size 1")
        width, height = self._stream["size"]
        picture = hardware.picture
        assert picture is not None
        self.array = in_memory(
            np.asarray(cv2.resize(picture, (width, height)), np.uint8), self._stream["format"], hardware.padding
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The memory now belongs to the camera again.
        self.array[...] = 99


def in_memory(image: ImageArray, pixels: str, padding: int) -> ImageArray:
    """A picture as picamera2 maps it: the padding of RGB is sliced off, that of I420 is left in."""
    height, width = image.shape[:2]
    if pixels == "BGR888":
        padded = np.full((height, width + padding, 3), 77, np.uint8)
        padded[:, :width] = image
        return padded[:, :width]
    planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)
    u, v = planes[height:].reshape(2, height // 2, width // 2)
    if pixels == "NV12":
        return np.vstack([planes[:height], np.stack([u, v], axis=2).reshape(height // 2, width)])
    assert pixels == "YUV420"
    luma = np.pad(planes[:height], ((0, 0), (0, padding)), constant_values=77)
    chroma = np.pad(np.vstack([u, v]), ((0, 0), (0, padding // 2)), constant_values=77)
    return np.vstack([luma, chroma.reshape(height // 2, width + padding)])


class Picamera2:
    """picamera2.Picamera2, on the ``hardware`` the test describes."""

    hardware = Hardware()
    platform = Platform("VC4")

    @staticmethod
    def global_camera_info() -> list[dict[str, Any]]:
        usb = {"Model": "Webcam", "Id": "\\_SB_.PCI0/usb1-2", "Num": 0}
        return [usb] if Picamera2.hardware.is_absent else [{"Model": "imx708", "Id": "/base/imx708@1a", "Num": 1}, usb]

    def __init__(
        self, camera_num: int = 0, verbose_console: Any = None, tuning: Any = None, allocator: Any = None
    ) -> None:
        assert (camera_num, verbose_console, tuning, allocator) == (0, None, None, None)
        if self.hardware.fails_at == "pipe":
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        self.notifyme_r, self.notifyme_w = os.pipe2(os.O_NONBLOCK)
        self.notifymeread = os.fdopen(self.notifyme_r, "rb")
        self._preview, self.is_open = None, False
        if self.hardware.fails_at == "number":
            raise IndexError("list index out of range")
        try:
            self._open()
        except (RuntimeError, ValueError):
            raise RuntimeError("Camera __init__ sequence did not complete.")  # noqa: B904  # as the real one
        self.is_started = False
        self.camera_properties = {"Model": "imx708"}
        self.camera_controls = {"FrameDurationLimits": (100, 1000000, None)} if self.hardware.has_rate else {}
        self._config: dict[str, Any] = {}
        self._cancelled = threading.Event()

    def _open(self) -> None:
        if self.hardware.is_busy or self.hardware.fails_at == "acquire":
            raise RuntimeError("Failed to acquire camera: Device or resource busy")
        self.is_open = True
        if self.hardware.fails_at == "configure":
            raise ValueError("sensor_format")

    def __del__(self) -> None:
        self.close()

    def create_video_configuration(  # noqa: PLR0917  # the real signature
        self,
        main: dict[str, Any] = {},  # noqa: B006
        lores: dict[str, Any] | None = None,
        raw: dict[str, Any] = {},  # noqa: B006
        transform: Transform = Transform(),  # noqa: B008
        colour_space: Any = None,
        buffer_count: int = 6,
        controls: dict[str, Any] = {},  # noqa: B006
        display: str = "main",
        encode: str = "main",
        queue: bool = True,
        sensor: dict[str, Any] = {},  # noqa: B006
        use_case: str = "video",
    ) -> dict[str, Any]:
        assert (raw, display, encode, queue, sensor, use_case) == ({}, "main", "main", True, {}, "video")
        assert lores is not None
        return {
            "main": main,
            "lores": lores,
            "transform": transform,
            "colour_space": colour_space,
            "buffer_count": buffer_count,
            "controls": controls,
        }

    def configure(self, camera_config: Any = None) -> None:
        assert not self._config, "configured once"
        if self.hardware.rejects:
            raise RuntimeError(self.hardware.rejects)
        self.hardware.configured = camera_config
        lores = dict(camera_config["lores"])
        lores["format"] = self.hardware.pixels or lores["format"]
        lores["size"] = self.hardware.size or lores["size"]
        given = camera_config["transform"] if self.hardware.flips else Transform()
        self._config = {**camera_config, "lores": lores, "transform": given}

    def camera_configuration(self) -> dict[str, Any]:
        return self._config

    def start(self, config: Any = None, show_preview: bool = False) -> None:
        assert (config, show_preview) == (None, False)
        self.is_started = True

    def capture_request(self, wait: Any = None, signal_function: Any = None, flush: Any = None) -> CompletedRequest:
        assert self.is_started
        assert 0 < wait <= 5
        assert (signal_function, flush) == (None, None)
        self.hardware.requested += 1
        if self.hardware.stalls:
            if self._cancelled.wait(0.05):
                raise CancelledError
            raise TimeoutError
        return CompletedRequest(self.hardware, self._config)

    def cancel_all_and_flush(self) -> None:
        self._cancelled.set()
        if self.hardware.is_uncancellable:
            raise RuntimeError("no event loop")

    def close(self) -> None:
        if self._preview or not self.is_open:
            return
        self.hardware.closed += 1
        if self.hardware.clings:
            self.hardware.clings = False
            raise RuntimeError("device busy")
        self.is_open = False
        self._config = {}
        self.notifymeread.close()
        os.close(self.notifyme_w)


def open_files() -> int:
    """How many files this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def boottime_ahead_of_monotonic(ahead_ns: int) -> Any:
    """A ``time.clock_gettime_ns`` of a machine that has slept for so long."""
    return lambda _clock: time.monotonic_ns() + ahead_ns
