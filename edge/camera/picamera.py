"""The Raspberry Pi's own camera, through picamera2 and libcamera."""

from __future__ import annotations

import importlib
import logging
import os
import threading
import time
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from edge.camera.orientation import Orientation
from edge.errors import CameraError
from edge.types import Frame, i420_planes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.camera.settings import CameraSettings
    from edge.types import ImageArray

log = logging.getLogger(__name__)

# libcamera needs one or two frames in flight and we hold one; a fourth rides out a late thread.
BUFFER_COUNT = 4
# libcamera itself gives up on the sensor after one second; the first frame waits for exposure to settle.
STALL_S = 3.0
US_PER_S = 1_000_000
# libcamera names the bytes of a pixel from the last to the first: this is red, green, blue in memory.
RGB = "BGR888"
I420 = "YUV420"
CHECK = "switch off, seat the ribbon cable at both ends, and try: rpicam-hello --list-cameras"


def attached_cameras() -> list[dict[str, Any]]:
    """What libcamera knows of the Raspberry Pi's cameras, USB cameras left out.

    Raises:
        CameraError: picamera2 or libcamera cannot be used.
    """
    with _failures("looked for"):
        cameras = _import("picamera2").Picamera2.global_camera_info()
    return [camera for camera in cameras if "/usb" not in camera["Id"]]


class PicameraCamera:
    """Captures from the first camera libcamera finds; :meth:`read` hands out its newest frame.

    The picture comes from the ``lores`` stream, scaled by the image processor to the size of the settings: RGB on a
    Pi 5, I420 on a Pi 4, whose ``lores`` can be nothing else. It is copied once, out of the buffer shared with the
    image processor, without the padding of its rows. libcamera has no ``lores`` without a ``main`` stream; that has
    the same size, for a screen to show.

    ``flipped`` are the flips of ``orientation`` that the sensor has done. ``timestamp_ns`` is the sensor's own time of
    the first row.

    Raises:
        CameraError: picamera2 is missing, no camera is attached, or it is in use.
    """

    live = True

    def __init__(self, settings: CameraSettings, orientation: Orientation = Orientation()) -> None:  # noqa: B008  # immutable
        if not attached_cameras():
            raise CameraError(f"picamera: libcamera finds no camera; {CHECK}")
        self.name = "picamera"
        self.flipped = Orientation(orientation.hflip, orientation.vflip)
        self._number = 0
        self._lock = threading.Lock()
        self._close_once = threading.Lock()
        self._closed = False
        with _failures("opened"):
            self._camera = _opened()
        try:
            with _failures("started"):
                self._stream = self._start(settings)
        except BaseException:
            self._release()
            raise

    def read(self) -> Frame | None:
        """Wait for the next frame; None after :meth:`close`.

        Raises:
            CameraError: no frame came for 3 s, or libcamera failed.
        """
        with self._lock:
            if self._closed:
                return None
            try:
                with _failures("read"):
                    request = self._camera.capture_request(wait=STALL_S)
            except CancelledError:
                return None
            try:
                with _failures("read"):
                    return self._frame(request)
            finally:
                _attempt("take its buffer back", request.release)

    def close(self) -> None:
        """Release the camera and wake a waiting :meth:`read`; safe to call twice."""
        if not self._close_once.acquire(blocking=False):
            return
        self._closed = True
        # picamera2 stops in the order of its jobs: one that waits for a missing frame would wait for ever.
        _attempt("cancel what it waits for", self._camera.cancel_all_and_flush)
        with self._lock:
            self._release()

    def _release(self) -> None:
        _attempt("be closed", self._camera.close)

    def _start(self, settings: CameraSettings) -> _Stream:
        """Configure and start; what ``lores`` is after libcamera has adjusted it."""
        size = (settings.width - settings.width % 2, settings.height - settings.height % 2)
        pixels = RGB if self._camera.platform.name == "PISP" else I420
        libcamera = _import("libcamera")
        config = self._camera.create_video_configuration(
            main={"size": size, "format": I420},
            lores={"size": size, "format": pixels},
            transform=libcamera.Transform(hflip=self.flipped.hflip, vflip=self.flipped.vflip),
            # BT.601 in 16..235 at every size: what I420 means in Edge.
            colour_space=libcamera.ColorSpace.Smpte170m(),
            buffer_count=BUFFER_COUNT,
            controls=self._rate(settings.fps),
        )
        self._camera.configure(config)
        self._camera.start()
        given = self._camera.camera_configuration()
        # A sensor that cannot flip leaves it to us.
        self.flipped = Orientation(bool(given["transform"].hflip), bool(given["transform"].vflip))
        stream = _Stream(given["lores"]["format"], *given["lores"]["size"])
        self._report(stream, size)
        return stream

    def _rate(self, fps: float) -> dict[str, tuple[int, int]]:
        """The controls that hold the frame rate, where the camera has any."""
        if "FrameDurationLimits" not in self._camera.camera_controls:
            return {}
        duration_us = round(US_PER_S / fps)
        return {"FrameDurationLimits": (duration_us, duration_us)}

    def _report(self, stream: _Stream, size: tuple[int, int]) -> None:
        if stream.pixels not in COPIERS:
            raise CameraError(f"picamera: libcamera gives {stream.pixels} pictures, Edge takes {', '.join(COPIERS)}")
        note = "" if (stream.width, stream.height) == size else f", the nearest it has to {size[0]}x{size[1]}"
        model = self._camera.camera_properties.get("Model", "camera")
        log.info("picamera is %s and delivers %s %dx%d%s", model, stream.pixels, stream.width, stream.height, note)

    def _frame(self, request: Any) -> Frame:
        sensor_ns = request.get_metadata().get("SensorTimestamp", 0)
        with _import("picamera2").MappedArray(request, "lores", write=False) as mapped:
            image = COPIERS[self._stream.pixels](mapped.array, self._stream)
        captured_ns = _on_monotonic(sensor_ns)
        number, self._number = self._number, self._number + 1
        return Frame(number, image, sensor_ns or captured_ns, captured_ns)


class _Stream(NamedTuple):
    """A stream as libcamera has set it up; ``pixels`` is libcamera's name of the format."""

    pixels: str
    width: int
    height: int


def _copy_rgb(mapped: ImageArray, stream: _Stream) -> ImageArray:
    """``(height, width, 3)``, rows padded or not."""
    return mapped[: stream.height, : stream.width].copy()


def _copy_i420(mapped: ImageArray, stream: _Stream) -> ImageArray:
    """``(height * 3 / 2, stride)``: picamera2 leaves the padding in, in chroma at half the width too."""
    image = np.empty((stream.height * 3 // 2, stream.width), np.uint8)
    for plane, padded in zip(i420_planes(image), i420_planes(mapped), strict=True):
        plane[...] = padded[:, : plane.shape[1]]
    return image


def _copy_nv12(mapped: ImageArray, stream: _Stream) -> ImageArray:
    """``(height * 3 / 2, width)``: U and V take turns in the rows below luma."""
    image = np.empty((stream.height * 3 // 2, stream.width), np.uint8)
    luma, u, v = i420_planes(image)
    luma[...] = mapped[: stream.height, : stream.width]
    chroma = mapped[stream.height :, : stream.width]
    u[...], v[...] = chroma[:, 0::2], chroma[:, 1::2]
    return image


# NV12 is what libcamera makes of I420 where the hardware is not a Raspberry Pi's.
COPIERS: dict[str, Callable[[ImageArray, _Stream], ImageArray]] = {
    RGB: _copy_rgb,
    I420: _copy_i420,
    "NV12": _copy_nv12,
}


def _on_monotonic(sensor_ns: int) -> int:
    """A sensor's time on ``time.monotonic_ns``; now where there is none.

    libcamera documents CLOCK_BOOTTIME, but what its pipelines hand on from V4L2 is CLOCK_MONOTONIC. The two differ by
    the time a machine has slept, so a time that is not yet on the one is on the other.
    """
    now_ns = time.monotonic_ns()
    if sensor_ns > now_ns:
        sensor_ns -= time.clock_gettime_ns(time.CLOCK_BOOTTIME) - now_ns
    return min(sensor_ns, now_ns) if sensor_ns > 0 else now_ns


def _opened() -> Any:
    """The first camera, opened."""
    kind = _import("picamera2").Picamera2
    camera = kind.__new__(kind)
    try:
        camera.__init__(0)
    except BaseException:
        _discard(camera)
        raise
    return camera


def _discard(camera: Any) -> None:
    """Take back what a Picamera2 that failed to open has got: retrying for weeks may cost no file descriptors.

    How far it came nobody knows, and nothing here hides why it came no further.
    """
    state = vars(camera)
    if state.get("is_open"):
        _attempt("be closed", camera.close)
    # Its finalizer closes it, too: with these it does nothing.
    state.update(is_open=False, _preview=None)
    pipe = state.get("notifymeread")
    if pipe is not None and not pipe.closed:
        _attempt("close its pipe", pipe.close)
        _attempt("close its pipe", lambda: os.close(camera.notifyme_w))


def _attempt(doing: str, act: Callable[[], object]) -> None:
    """Do something to picamera2 after which nothing more can be done; where it fails that is only reported."""
    try:
        act()
    except Exception as error:  # noqa: BLE001  # libcamera's own state
        log.warning("picamera could not %s (%s)", doing, _reason(error))


def _reason(error: BaseException | None) -> str:
    """What an error says, and what those say that led to it: picamera2's own is often that something went wrong."""
    reasons: list[str] = []
    while error is not None:
        said = str(error).rstrip(".") or type(error).__name__
        if said not in reasons:
            reasons.append(said)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return ": ".join(reasons)


def _import(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        if isinstance(error, ModuleNotFoundError) and error.name == name:
            install = "on Raspberry Pi OS: sudo apt install python3-picamera2"
            raise CameraError(f"picamera: {name} is not installed; {install}") from error
        remedy = "run: sudo apt install --reinstall python3-picamera2"
        raise CameraError(f"picamera: {name} is installed but does not load ({_reason(error)}); {remedy}") from error


@contextmanager
def _failures(doing: str) -> Iterator[None]:
    """Turn whatever picamera2 and libcamera raise into a sentence."""
    try:
        yield
    except (CameraError, CancelledError):
        raise
    except TimeoutError as error:
        raise CameraError(f"picamera: no frame for {STALL_S:g} s; {CHECK}") from error
    except Exception as error:  # they raise RuntimeError, OSError, ValueError, AssertionError and plain Exception
        raise CameraError(
            f"picamera cannot be {doing} ({_reason(error)}); no other program may use it; {CHECK}"
        ) from error
