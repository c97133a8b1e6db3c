"""Memory that is scanned out, and drawn in by the processor."""

from __future__ import annotations

import ctypes
import mmap
from contextlib import suppress
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.monitor.kms import abi

if TYPE_CHECKING:
    from edge.monitor.kms.device import Card
    from edge.types import ImageArray

BYTES_PER_PIXEL = 4
BITS_PER_PIXEL = 32
COLOUR_BITS = 24


class DumbBuffer:
    """A "dumb buffer" with its framebuffer: XRGB8888, which every driver can show, mapped into this process.

    Raises:
        OSError: the driver has no such memory, or none left.
    """

    def __init__(self, card: Card, width: int, height: int) -> None:
        self._card, self._shape = card, (height, width, BYTES_PER_PIXEL)
        made = card.ioctl(abi.CREATE_DUMB, abi.CreateDumb(width=width, height=height, bpp=BITS_PER_PIXEL))
        self._handle, self._pitch = made.handle, made.pitch
        frame = abi.Framebuffer(0, width, height, made.pitch, BITS_PER_PIXEL, COLOUR_BITS, made.handle)
        self.fb_id: int = card.ioctl(abi.ADDFB, frame).fb_id
        offset = card.ioctl(abi.MAP_DUMB, abi.MapDumb(handle=made.handle)).offset
        self._memory = mmap.mmap(card.fd, made.size, prot=mmap.PROT_READ | mmap.PROT_WRITE, offset=offset)

    def write(self, image: ImageArray) -> None:
        """Draw ``(height, width, 3) uint8`` RGB.

        The memory is never read: on a Pi it is not cached, and reading it is slow.

        Raises:
            ValueError: the image is of another size.
        """
        if image.shape[:2] != self._shape[:2]:
            raise ValueError(f"an image of {image.shape[:2]} for a screen of {self._shape[:2]}")
        # In memory, the lowest byte first: blue, green, red, and one that nobody looks at.
        pixels = np.ndarray(self._shape, np.uint8, self._memory, strides=(self._pitch, BYTES_PER_PIXEL, 1))
        cv2.cvtColor(image, cv2.COLOR_RGB2BGRA, dst=pixels)

    def close(self) -> None:
        """Give the memory back; what still scans it out is switched off."""
        self._memory.close()
        with suppress(OSError):  # the card is gone, and the memory with it
            self._card.ioctl(abi.RMFB, ctypes.c_uint32(self.fb_id))
            self._card.ioctl(abi.DESTROY_DUMB, ctypes.c_uint32(self._handle))
