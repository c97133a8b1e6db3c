"""A USB camera, or anything else behind a V4L2 node that delivers MJPEG or YUYV."""

from __future__ import annotations

import errno
import logging
import re
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from edge.camera.v4l2_device import Mode, V4L2Device
from edge.camera.v4l2_pixels import to_rgb
from edge.errors import CameraError
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.camera.settings import CameraSettings
    from edge.camera.v4l2_device import Captured
    from edge.types import ImageArray

log = logging.getLogger(__name__)

# YUYV first: where a camera offers both alike, it costs no decoding and has no JPEG artefacts.
FOURCCS = ("YUYV", "MJPG")
# A webcam in the dark delivers 5 frames a second, and its first one takes about a second.
STALL_S = 3.0
MAX_BROKEN_IN_A_ROW = 15
RATE_TOLERANCE = 0.9

REMEDIES = {
    errno.ENOENT: "is not there; plug the camera in, or set camera.source to another device (ls /dev/video*)",
    errno.EACCES: "may not be opened by this user; add the user to the group video",
    errno.EBUSY: "is in use by another program; close that",
    errno.ENODEV: "was unplugged; plug the camera in again",
    errno.ENOTTY: "is not a video device; set camera.source to another device (ls /dev/video*)",
}


class VideoDevice(Protocol):
    """What is needed of :class:`V4L2Device`."""

    card: str
    captures: bool

    def negotiate(self, wanted: Mode) -> Mode:
        """Ask for a mode; the nearest there is."""
        ...

    def start(self) -> None:
        """Begin to capture."""
        ...

    def wait(self, timeout_s: float) -> bool:
        """Wait for a buffer."""
        ...

    def newest(self) -> Captured | None:
        """The newest buffer."""
        ...

    def wake(self) -> None:
        """End every wait."""
        ...

    def close(self) -> None:
        """Release the device."""
        ...


class V4L2Camera:
    """Captures from a V4L2 device; :meth:`read` hands out its newest frame as RGB.

    The size and rate of the settings are asked for, and what the device gives instead is logged. ``timestamp_ns`` is
    the driver's own where it counts on the monotonic clock, else when the frame was taken over. Damaged frames are
    left out and counted in ``broken_frames``.

    Raises:
        CameraError: the device is absent, busy, unplugged, not a camera, or has neither YUYV nor MJPEG.
    """

    live = True

    def __init__(
        self, path: str, settings: CameraSettings, open_device: Callable[[str], VideoDevice] = V4L2Device
    ) -> None:
        self.name = f"v4l2:{path}"
        self.broken_frames = 0
        self._path = path
        self._broken_in_a_row = 0
        self._number = 0
        self._last_ns = 0
        self._lock = threading.Lock()
        self._close_once = threading.Lock()
        self._closed = False
        try:
            self._device = open_device(path)
        except OSError as error:
            raise self._failure(error) from error
        try:
            self._mode = self._choose_mode(settings)
            self._device.start()
        except OSError as error:
            self._device.close()
            raise self._failure(error) from error
        except CameraError:
            self._device.close()
            raise

    def read(self) -> Frame | None:
        """Wait for the next whole frame; None after :meth:`close`.

        Raises:
            CameraError: unplugged, nothing came for 3 s, or many frames in a row were damaged.
        """
        with self._lock:
            while not self._closed:
                captured = self._capture()
                image = None if captured is None else self._decode(captured)
                if captured is not None and image is not None:
                    return self._frame(captured, image)
        return None

    def close(self) -> None:
        """Release the device and wake a waiting :meth:`read`; safe to call twice."""
        if not self._close_once.acquire(blocking=False):
            return
        self._closed = True
        self._device.wake()
        with self._lock:
            self._device.close()

    def _choose_mode(self, settings: CameraSettings) -> Mode:
        """Set the format that comes nearest to the settings: in size first, then fast enough."""
        if not self._device.captures:
            raise CameraError(f"{self._path} does not capture video; set camera.source to another device")
        wanted = [Mode(fourcc, settings.width, settings.height, settings.fps) for fourcc in FOURCCS]
        given = [mode for ask in wanted if (mode := self._negotiate(ask)) is not None]
        if not given:
            raise CameraError(f"{self._path} ({self._device.card}) delivers neither YUYV nor MJPEG; use another camera")
        best = min(given, key=lambda mode: _distance(mode, wanted[0]))
        mode = self._device.negotiate(best)
        asked, got = (f"{m.width}x{m.height} at {m.fps:g} fps" for m in (wanted[0], mode))
        note = "" if asked == got else f", the nearest it has to {asked}"
        log.info("%s is %s and delivers %s %s%s", self._path, self._device.card, mode.fourcc, got, note)
        return mode

    def _negotiate(self, wanted: Mode) -> Mode | None:
        """The mode set for one format; None where the device does not have that format."""
        try:
            mode = self._device.negotiate(wanted)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            return None
        return mode if mode.fourcc == wanted.fourcc else None

    def _capture(self) -> Captured | None:
        try:
            if not self._device.wait(STALL_S) and not self._closed:
                raise CameraError(
                    f"{self._path} has delivered nothing for {STALL_S:g} s; check its cable and power, or replug it"
                )
            return None if self._closed else self._device.newest()
        except OSError as error:
            raise self._failure(error) from error

    def _decode(self, captured: Captured) -> ImageArray | None:
        image = None if captured.is_damaged else to_rgb(captured.data, self._mode)
        if image is not None:
            self._broken_in_a_row = 0
            return image
        self.broken_frames += 1
        self._broken_in_a_row += 1
        if self.broken_frames == 1:
            log.warning("%s delivered a damaged frame; it is left out, further ones are only counted", self._path)
        if self._broken_in_a_row >= MAX_BROKEN_IN_A_ROW:
            raise CameraError(
                f"{self._path} has delivered {MAX_BROKEN_IN_A_ROW} damaged frames in a row; try another cable or USB"
                " port, or a smaller camera.width and camera.height"
            )
        return None

    def _frame(self, captured: Captured, image: ImageArray) -> Frame:
        now_ns = time.monotonic_ns()
        taken_ns = captured.timestamp_ns
        # Some cameras' clocks jump; a time that is not between the last frame and now is none.
        if taken_ns is None or not self._last_ns < taken_ns <= now_ns:
            taken_ns = now_ns
        self._last_ns = taken_ns
        number, self._number = self._number, self._number + 1
        return Frame(number, image, taken_ns, taken_ns)

    def _failure(self, error: OSError) -> CameraError:
        remedy = REMEDIES.get(error.errno or 0)
        if remedy is None:
            remedy = f"cannot be used ({error.strerror}); replug the camera, or set camera.source to another device"
        return CameraError(f"{self._path} {remedy}")


def usb_cameras(folder: Path = Path("/dev"), open_device: Callable[[str], V4L2Device] = V4L2Device) -> list[str]:
    """The device nodes of USB cameras, in the order of their numbers.

    Other nodes are left out: on a Raspberry Pi they are codecs and parts of the image processor, which take every
    setting and never deliver.
    """
    nodes = sorted(folder.glob("video*"), key=lambda node: [int(part) for part in re.findall(r"\d+", node.name)])
    return [str(node) for node in nodes if _is_usb_camera(str(node), open_device)]


def _is_usb_camera(path: str, open_device: Callable[[str], V4L2Device]) -> bool:
    with suppress(OSError):
        device = open_device(path)
        device.close()
        return device.captures and device.bus.startswith("usb-")
    return False


def _distance(mode: Mode, wanted: Mode) -> tuple[int, bool]:
    pixels = abs(mode.width - wanted.width) + abs(mode.height - wanted.height)
    return pixels, mode.fps < wanted.fps * RATE_TOLERANCE
