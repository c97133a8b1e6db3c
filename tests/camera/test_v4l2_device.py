"""The device on a stand-in for the kernel: a file for its memory, and a function for its ioctls."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from edge.camera import v4l2_abi as abi
from edge.camera.v4l2 import usb_cameras
from edge.camera.v4l2_device import Mode, V4L2Device

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = 4096
CAPTURES = abi.CAP_VIDEO_CAPTURE | abi.CAP_STREAMING


class Kernel:
    """Answers the ioctls of one device whose buffers are the pages of a file."""

    def __init__(self, *, bus: bytes = b"usb-0000:01:00.0-1.2", caps: int = CAPTURES) -> None:
        self.bus, self.caps = bus, caps
        self.queued: list[int] = []
        self.filled: list[tuple[int, dict[str, int]]] = []
        self.streaming = False
        self.has_rates = True

    def fill(self, **fields: int) -> None:
        """Fill the next free buffer."""
        self.filled.append((self.queued.pop(0), fields))

    def __call__(self, _fd: int, request: int, argument: Any) -> None:
        handlers: dict[int, Callable[[Any], None]] = {
            abi.QUERYCAP: self._query,
            abi.S_FMT: self._set_format,
            abi.S_PARM: self._set_rate,
            abi.REQBUFS: lambda wanted: setattr(wanted, "count", max(2, wanted.count)),
            abi.QUERYBUF: self._query_buffer,
            abi.QBUF: lambda buffer: self.queued.append(buffer.index),
            abi.DQBUF: self._dequeue,
            abi.STREAMON: lambda _kind: setattr(self, "streaming", True),
        }
        handlers[request](argument)

    def _query(self, capability: Any) -> None:
        capability.card, capability.bus_info, capability.device_caps = b"Webcam", self.bus, self.caps

    def _set_format(self, form: Any) -> None:
        pix = form.fmt.pix
        pix.width, pix.height = min(pix.width, 640), min(pix.height, 480)
        pix.bytesperline = 2 * pix.width

    def _set_rate(self, parm: Any) -> None:
        if not self.has_rates:
            raise OSError(errno.ENOTTY, "no rates")
        parm.parm.capture.numerator, parm.parm.capture.denominator = 1, 25

    def _query_buffer(self, buffer: Any) -> None:
        buffer.offset, buffer.length = buffer.index * PAGE, PAGE

    def _dequeue(self, buffer: Any) -> None:
        if not self.filled:
            raise BlockingIOError
        buffer.index, fields = self.filled.pop(0)
        for name, value in fields.items():
            setattr(buffer, name, value)


@pytest.fixture
def node(tmp_path: Path) -> str:
    path = tmp_path / "video0"
    path.write_bytes(b"".join(bytes([index + 1]) * PAGE for index in range(3)))
    return str(path)


def test_the_numbers_are_the_kernels() -> None:
    """They hold the size of each structure; these are what a C compiler makes of linux/videodev2.h on 64 bit."""
    assert [abi.QUERYCAP, abi.S_FMT, abi.REQBUFS, abi.QUERYBUF] == [0x80685600, 0xC0D05605, 0xC0145608, 0xC0585609]
    assert [abi.QBUF, abi.DQBUF, abi.STREAMON, abi.S_PARM] == [0xC058560F, 0xC0585611, 0x40045612, 0xC0CC5616]
    assert (abi.Buffer.seconds.offset, abi.Buffer.offset.offset, abi.Buffer.length.offset) == (24, 64, 72)
    assert (abi.Format.fmt.offset, abi.StreamParm.parm.offset, abi.Capability.device_caps.offset) == (8, 4, 88)


def test_what_a_device_is(node: str) -> None:
    device = V4L2Device(node, Kernel())
    assert (device.card, device.bus, device.captures) == ("Webcam", "usb-0000:01:00.0-1.2", True)
    device.close()
    device = V4L2Device(node, Kernel(caps=abi.CAP_STREAMING))
    assert not device.captures
    device.close()


def test_a_file_is_no_device(node: str) -> None:
    with pytest.raises(OSError, match="ioctl"):
        V4L2Device(node)


def test_the_mode_is_the_one_the_driver_sets(node: str) -> None:
    kernel = Kernel()
    device = V4L2Device(node, kernel)
    assert device.negotiate(Mode("YUYV", 1280, 720, 30)) == Mode("YUYV", 640, 480, 25, 1280)
    kernel.has_rates = False
    assert device.negotiate(Mode("MJPG", 320, 240, 30)) == Mode("MJPG", 320, 240, 30, 640)
    device.close()


def test_the_newest_buffer_is_handed_out_and_the_others_go_back(node: str) -> None:
    kernel = Kernel()
    device = V4L2Device(node, kernel)
    device.start()
    assert kernel.streaming
    assert kernel.queued == [0, 1, 2]
    assert device.newest() is None
    kernel.fill(bytesused=10)
    kernel.fill(bytesused=20, seconds=5, microseconds=7, flags=abi.FLAG_TIMESTAMP_MONOTONIC)
    captured = device.newest()
    assert captured is not None
    assert bytes(captured.data) == b"\2" * 20
    assert (captured.timestamp_ns, captured.is_damaged) == (5_000_007_000, False)
    assert kernel.queued == [2, 0]
    del captured
    kernel.fill(bytesused=5, seconds=6, flags=abi.FLAG_ERROR)
    captured = device.newest()
    assert captured is not None
    assert (captured.timestamp_ns, captured.is_damaged) == (None, True)
    assert kernel.queued == [0, 1]
    del captured
    device.close()


def test_waiting_ends_with_data_with_time_or_when_woken(tmp_path: Path) -> None:
    fifo = tmp_path / "video0"
    os.mkfifo(fifo)
    device = V4L2Device(str(fifo), Kernel())
    assert not device.wait(0.01)
    with fifo.open("wb", buffering=0) as driver:
        driver.write(b"a")
        assert device.wait(10)
    os.read(device._fd, 1)
    seen: list[bool] = []
    waiter = threading.Thread(target=lambda: seen.append(device.wait(60)))
    waiter.start()
    device.wake()
    waiter.join(30)
    assert seen == [False]
    device.close()


def test_an_unplugged_device_is_told_from_a_quiet_one(tmp_path: Path) -> None:
    """A pipe whose other end is gone looks to poll as a device does whose driver has let go of it."""
    fifo = tmp_path / "video0"
    os.mkfifo(fifo)
    device = V4L2Device(str(fifo), Kernel())
    reader, writer = os.pipe()
    os.close(writer)
    os.dup2(reader, device._fd)
    with pytest.raises(OSError, match="No such device"):
        device.wait(10)
    os.close(reader)
    device.close()


def test_usb_cameras_are_told_from_the_pis_own_nodes(tmp_path: Path) -> None:
    kernels = {
        "video10": Kernel(),
        "video2": Kernel(),
        "video0": Kernel(bus=b"platform:bcm2835-isp"),
        "video3": Kernel(caps=abi.CAP_STREAMING),
    }
    for name in (*kernels, "video1", "null"):
        (tmp_path / name).touch()

    def open_device(path: str) -> V4L2Device:
        name = path.rpartition("/")[2]
        return V4L2Device(path, kernels[name]) if name in kernels else V4L2Device(path)

    assert usb_cameras(tmp_path, open_device) == [str(tmp_path / name) for name in ("video2", "video10")]
