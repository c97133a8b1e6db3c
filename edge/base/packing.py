"""Arrays as text that gives back every bit: little-endian bytes, deflated, in base64.

Decimal text would need nine digits a number to be exact, and is three times as long; most of a classifier's thousand
scores are 0, which deflate makes nothing of.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from edge.types import FloatArray, ImageArray

_FLOAT = np.dtype("<f4")
_QUICK = 1


def pack_floats(values: FloatArray) -> str:
    """Any array of float32, as text."""
    return _pack(np.ascontiguousarray(values, _FLOAT).tobytes())


def unpack_floats(text: str, most: int) -> FloatArray:
    """``(n,) float32`` with n at most ``most``.

    Raises:
        ValueError: the text is not such an array.
    """
    data = _unpack(text, most * _FLOAT.itemsize)
    if len(data) % _FLOAT.itemsize:
        raise ValueError("is cut off inside a number")
    return np.frombuffer(data, _FLOAT).astype(np.float32)


def pack_bytes(values: ImageArray) -> str:
    """Any array of uint8, as text."""
    return _pack(np.ascontiguousarray(values).tobytes())


def unpack_bytes(text: str, shape: tuple[int, int]) -> ImageArray:
    """An array of uint8 of this shape.

    Raises:
        ValueError: the text is not such an array.
    """
    data = _unpack(text, shape[0] * shape[1])
    if len(data) != shape[0] * shape[1]:
        raise ValueError(f"holds {len(data)} bytes, not {shape[0]} x {shape[1]}")
    return np.frombuffer(data, np.uint8).reshape(shape)


def unpack_rows(text: str, size: int, most: int) -> ImageArray:
    """``(n, size)`` uint8 with n at most ``most``.

    Raises:
        ValueError: the text is not such an array.
    """
    data = _unpack(text, size * most)
    if len(data) % size:
        raise ValueError(f"does not hold rows of {size} bytes")
    return np.frombuffer(data, np.uint8).reshape(-1, size)


def _pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, _QUICK)).decode("ascii")


def _unpack(text: str, most: int) -> bytes:
    """At most ``most`` bytes are ever made, whatever the text says."""
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(base64.b64decode(text, validate=True), most + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ValueError(f"cannot be unpacked ({error})") from None
    if len(data) > most:
        raise ValueError(f"holds more than {most} bytes")
    if not inflater.eof:
        raise ValueError("cannot be unpacked (it is cut off)")
    return data
