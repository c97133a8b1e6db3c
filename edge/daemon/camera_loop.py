"""Keeping frames coming: the camera is read until it ends, and opened anew whenever it fails."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from edge.base.backoff import Backoff
from edge.base.heartbeat import Heartbeat
from edge.daemon.meter import CameraMeter
from edge.errors import CameraError

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.camera.camera import Camera
    from edge.types import CameraStats, Frame

OPEN_LIMIT_S = 60.0
"""A USB camera that is breaking answers to nothing, and the kernel waits 5 s for each answer before it says so."""
FILE_LIMIT_S = 300.0
"""A file may hold pictures far apart, and lie on a disk that has to wake up."""

_log = logging.getLogger(__name__)


class CameraSource(Protocol):
    """A camera that can be opened again and again; ``live`` is what each of them will say of itself.

    A ``paced`` one sets the pace itself, however slow: a file, or a camera in the network, which says itself when it
    has waited for too long.
    """

    name: str
    live: bool
    paced: bool

    def open(self) -> Camera:
        """Open it.

        Raises:
            CameraError: it cannot deliver now.
            InputError: it is a file that cannot be read.
        """
        ...


class CameraLoop:
    """Reads a camera and hands every frame to ``deliver``, until the source ends, ``max_frames`` were read, or a stop.

    A camera that fails (absent, unplugged, stalled) is closed and opened anew after a growing wait, for ever. Frame
    numbers go on over a reconnect, and ``segment`` grows. Within a segment time only goes forward: a frame that is not
    later than the one before is left out.
    """

    def __init__(
        self,
        source: CameraSource,
        deliver: Callable[[Frame], None],
        *,
        max_frames: int | None = None,
        backoff: Backoff | None = None,
        heartbeat: Heartbeat | None = None,
    ) -> None:
        self._source = source
        self._deliver = deliver
        self._max_frames = max_frames
        self._backoff = backoff or Backoff()
        self._heartbeat = heartbeat or Heartbeat("camera")
        self._meter = CameraMeter()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._camera: Camera | None = None
        self._first_number = 0
        self._first_segment = 0
        self._newest: tuple[int, int] | None = None
        self._since_s = float("inf")

    def run(self) -> None:
        """Read to the end.

        Raises:
            EdgeError: the source is a file that cannot be read, or is not configured right.
        """
        try:
            while not self._stopping.is_set():
                try:
                    self._read_once()
                except CameraError as error:
                    self._wait_after(error)
                else:
                    return
        finally:
            self._meter.state = "ended"

    def stop(self) -> None:
        """End soon: a waiting read or retry is cut short."""
        self._stopping.set()
        with self._lock:
            if self._camera is not None:
                self._camera.close()

    def stats(self) -> CameraStats:
        """How the camera is doing, with its rate of the last seconds."""
        return self._meter.snapshot(self._source.name)

    @property
    def trouble(self) -> str:
        """Why there are no frames; empty while there are."""
        return self._meter.error or ""

    def _read_once(self) -> None:
        """Open the camera and read it to its end."""
        self._heartbeat.work(OPEN_LIMIT_S)
        with closing(self._source.open()) as camera:
            with self._lock:
                self._camera = camera
            try:
                self._read(camera)
            finally:
                with self._lock:
                    self._camera = None

    def _read(self, camera: Camera) -> None:
        number, segment = self._first_number, self._first_segment
        while not self._stopping.is_set() and self._meter.frames != self._max_frames:
            self._heartbeat.work(FILE_LIMIT_S if self._source.paced else 0.0)
            frame = camera.read()
            self._heartbeat.rest()
            if frame is None:
                return
            if number or segment:
                frame = replace(frame, number=frame.number + number, segment=frame.segment + segment)
            self._first_number, self._first_segment = frame.number + 1, frame.segment + 1
            if self._is_stale(frame):
                continue
            if self._meter.state != "running":
                self._recovered()
            self._meter.count()
            self._deliver(frame)

    def _is_stale(self, frame: Frame) -> bool:
        moment = (frame.segment, frame.timestamp_ns)
        if self._newest is not None and moment <= self._newest:
            _log.debug("frame %d is not later than the one before and is left out", frame.number)
            return True
        self._newest = moment
        return False

    def _recovered(self) -> None:
        if self._meter.error:
            _log.info("the camera delivers again", extra={"camera": self._source.name})
        self._meter.state, self._meter.error = "running", None
        self._since_s = time.monotonic()

    def _wait_after(self, error: CameraError) -> None:
        """Say what is wrong, once, and wait before the next attempt."""
        self._heartbeat.rest()
        # One that fails after each few frames is no better than one that is away.
        wait_s = self._backoff.next_s(held_s=max(0.0, time.monotonic() - self._since_s))
        self._since_s = float("inf")
        if str(error) != self._meter.error:
            _log.warning("%s; trying again", error, extra={"camera": self._source.name})
        self._meter.state, self._meter.error = "retrying", str(error)
        self._stopping.wait(wait_s)
