"""The kernel's words for video capture: structures, numbers and flags of ``linux/videodev2.h``, 64 bit."""

from __future__ import annotations

import ctypes
from ctypes import c_char, c_int32, c_long, c_uint8, c_uint32, c_ulong, c_void_p
from typing import Any

VIDEO_CAPTURE = 1
MEMORY_MMAP = 1
FIELD_ANY = 0
CAP_VIDEO_CAPTURE = 0x1
CAP_STREAMING = 0x4000000
FLAG_ERROR = 0x40
FLAG_TIMESTAMP_MASK = 0xE000
FLAG_TIMESTAMP_MONOTONIC = 0x2000


class Capability(ctypes.Structure):
    """``struct v4l2_capability``: what a device is and can do."""

    _fields_ = (
        ("driver", c_char * 16),
        ("card", c_char * 32),
        ("bus_info", c_char * 32),
        ("version", c_uint32),
        ("capabilities", c_uint32),
        ("device_caps", c_uint32),
        ("reserved", c_uint32 * 3),
    )


class PixFormat(ctypes.Structure):
    """``struct v4l2_pix_format``: the size and layout of a picture."""

    _fields_ = tuple(
        (name, c_uint32)
        for name in (
            "width",
            "height",
            "pixelformat",
            "field",
            "bytesperline",
            "sizeimage",
            "colorspace",
            "priv",
            "flags",
            "ycbcr_enc",
            "quantization",
            "xfer_func",
        )
    )


class FormatUnion(ctypes.Union):
    """The union inside ``struct v4l2_format``."""

    _fields_ = (("pix", PixFormat), ("raw", c_uint8 * 200), ("alignment", c_void_p))


class Format(ctypes.Structure):
    """``struct v4l2_format``."""

    _fields_ = (("type", c_uint32), ("fmt", FormatUnion))


class CaptureParm(ctypes.Structure):
    """``struct v4l2_captureparm``; one frame takes numerator / denominator seconds."""

    _fields_ = (
        ("capability", c_uint32),
        ("capturemode", c_uint32),
        ("numerator", c_uint32),
        ("denominator", c_uint32),
        ("extendedmode", c_uint32),
        ("readbuffers", c_uint32),
        ("reserved", c_uint32 * 4),
    )


class ParmUnion(ctypes.Union):
    """The union inside ``struct v4l2_streamparm``."""

    _fields_ = (("capture", CaptureParm), ("raw", c_uint8 * 200))


class StreamParm(ctypes.Structure):
    """``struct v4l2_streamparm``."""

    _fields_ = (("type", c_uint32), ("parm", ParmUnion))


class RequestBuffers(ctypes.Structure):
    """``struct v4l2_requestbuffers``."""

    _fields_ = (
        ("count", c_uint32),
        ("type", c_uint32),
        ("memory", c_uint32),
        ("capabilities", c_uint32),
        ("flags", c_uint8),
        ("reserved", c_uint8 * 3),
    )


class Buffer(ctypes.Structure):
    """``struct v4l2_buffer``: one picture on its way between driver and program."""

    _fields_ = (
        ("index", c_uint32),
        ("type", c_uint32),
        ("bytesused", c_uint32),
        ("flags", c_uint32),
        ("field", c_uint32),
        ("seconds", c_long),
        ("microseconds", c_long),
        ("timecode", c_uint32 * 4),
        ("sequence", c_uint32),
        ("memory", c_uint32),
        ("offset", c_ulong),
        ("length", c_uint32),
        ("reserved2", c_uint32),
        ("request_fd", c_int32),
    )


def _request(direction: int, number: int, argument: type[Any]) -> int:
    """The number of an ioctl, as the macros of ``asm-generic/ioctl.h`` compose it."""
    return direction << 30 | ctypes.sizeof(argument) << 16 | ord("V") << 8 | number


_WRITE, _READ = 1, 2
QUERYCAP = _request(_READ, 0, Capability)
S_FMT = _request(_READ | _WRITE, 5, Format)
REQBUFS = _request(_READ | _WRITE, 8, RequestBuffers)
QUERYBUF = _request(_READ | _WRITE, 9, Buffer)
QBUF = _request(_READ | _WRITE, 15, Buffer)
DQBUF = _request(_READ | _WRITE, 17, Buffer)
STREAMON = _request(_WRITE, 18, ctypes.c_int)
S_PARM = _request(_READ | _WRITE, 22, StreamParm)
