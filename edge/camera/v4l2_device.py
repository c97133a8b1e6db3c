"""A V4L2 capture device with memory-mapped buffers.

The order of calls is that of the kernel's "Video for Linux API" (userspace-api/media/v4l).
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import select
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge.camera import v4l2_abi as abi
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

# One is being filled and one is being read; the third keeps the driver going meanwhile.
BUFFER_COUNT = 3
MS_PER_S = 1000
NS_PER_US = 1000


@dataclass(frozen=True, slots=True)
class Mode:
    """How a device delivers: ``fourcc`` names the pixel format, ``stride`` is bytes a row (0 for compressed)."""

    fourcc: str
    width: int
    height: int
    fps: float
    stride: int = 0


@dataclass(frozen=True, slots=True)
class Captured:
    """One filled buffer, valid until the next call of :meth:`V4L2Device.newest`.

    ``timestamp_ns`` is on ``time.monotonic_ns``, None where the driver counts by another clock. ``is_damaged`` is the
    driver's own word that the data is incomplete.
    """

    data: memoryview
    timestamp_ns: int | None
    is_damaged: bool


class V4L2Device:
    """An open device node that captures video into memory-mapped buffers.

    Every method may raise ``OSError``: ENODEV when the device was unplugged, EBUSY when another program uses it.
    """

    def __init__(self, path: str, ioctl: Callable[[int, int, Any], object] = fcntl.ioctl) -> None:
        self._call = ioctl
        self._buffers: list[mmap.mmap] = []
        self._held: int | None = None
        self._fd = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            capability = abi.Capability()
            self._ioctl(abi.QUERYCAP, capability)
        except OSError:
            os.close(self._fd)
            raise
        self._wake_fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self.card: str = capability.card.decode(errors="replace")
        self.bus: str = capability.bus_info.decode(errors="replace")
        needed = abi.CAP_VIDEO_CAPTURE | abi.CAP_STREAMING
        self.captures: bool = capability.device_caps & needed == needed

    def negotiate(self, wanted: Mode) -> Mode:
        """Ask for a mode; the one the driver sets instead, the nearest it has."""
        form = abi.Format(type=abi.VIDEO_CAPTURE)
        pix = form.fmt.pix
        pix.width, pix.height, pix.field = wanted.width, wanted.height, abi.FIELD_ANY
        pix.pixelformat = int.from_bytes(wanted.fourcc.encode(), "little")
        self._ioctl(abi.S_FMT, form)
        fourcc = int(pix.pixelformat).to_bytes(4, "little").decode(errors="replace")
        return Mode(fourcc, pix.width, pix.height, self._set_rate(wanted.fps), pix.bytesperline)

    def start(self) -> None:
        """Map the buffers, hand them to the driver and have it fill them."""
        request = abi.RequestBuffers(count=BUFFER_COUNT, type=abi.VIDEO_CAPTURE, memory=abi.MEMORY_MMAP)
        self._ioctl(abi.REQBUFS, request)
        for index in range(request.count):
            buffer = abi.Buffer(index=index, type=abi.VIDEO_CAPTURE, memory=abi.MEMORY_MMAP)
            self._ioctl(abi.QUERYBUF, buffer)
            self._buffers.append(mmap.mmap(self._fd, buffer.length, prot=mmap.PROT_READ, offset=buffer.offset))
            self._queue(index)
        self._ioctl(abi.STREAMON, ctypes.c_int(abi.VIDEO_CAPTURE))

    def wait(self, timeout_s: float) -> bool:
        """Wait until a buffer may be filled; False after ``timeout_s`` or :meth:`wake`."""
        poll = select.poll()
        poll.register(self._fd, select.POLLIN)
        poll.register(self._wake_fd, select.POLLIN)
        events = dict(poll.poll(timeout_s * MS_PER_S))
        if self._wake_fd in events or not events:
            return False
        if not events[self._fd] & select.POLLIN:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))
        return True

    def newest(self) -> Captured | None:
        """The newest filled buffer; older ones go back to the driver unseen. None when there is none."""
        self._give_back()
        found = None
        while (buffer := self._dequeue()) is not None:
            self._give_back()
            self._held, found = buffer.index, buffer
        if found is None:
            return None
        is_monotonic = found.flags & abi.FLAG_TIMESTAMP_MASK == abi.FLAG_TIMESTAMP_MONOTONIC
        return Captured(
            memoryview(self._buffers[found.index])[: found.bytesused],
            found.seconds * NS_PER_S + found.microseconds * NS_PER_US if is_monotonic else None,
            bool(found.flags & abi.FLAG_ERROR),
        )

    def wake(self) -> None:
        """End a :meth:`wait`, this one and all later ones; may be called from any thread."""
        os.eventfd_write(self._wake_fd, 1)

    def close(self) -> None:
        """Stop and release the device; the kernel takes back what is still queued."""
        self._buffers.clear()
        os.close(self._fd)
        os.close(self._wake_fd)

    def _set_rate(self, fps: float) -> float:
        """Ask for a frame rate; the one the driver sets, or the one asked for where it does not say."""
        parm = abi.StreamParm(type=abi.VIDEO_CAPTURE)
        capture = parm.parm.capture
        capture.numerator, capture.denominator = 1000, round(fps * 1000)
        try:
            self._ioctl(abi.S_PARM, parm)
        except OSError:  # many drivers have no rates to choose from
            return fps
        return float(capture.denominator / capture.numerator) if capture.numerator else fps

    def _queue(self, index: int) -> None:
        self._ioctl(abi.QBUF, abi.Buffer(index=index, type=abi.VIDEO_CAPTURE, memory=abi.MEMORY_MMAP))

    def _dequeue(self) -> abi.Buffer | None:
        buffer = abi.Buffer(type=abi.VIDEO_CAPTURE, memory=abi.MEMORY_MMAP)
        try:
            self._ioctl(abi.DQBUF, buffer)
        except BlockingIOError:
            return None
        return buffer

    def _give_back(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._queue(held)

    def _ioctl(self, request: int, argument: object) -> None:
        self._call(self._fd, request, argument)
