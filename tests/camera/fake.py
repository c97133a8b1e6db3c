"""A camera made of nothing."""

from __future__ import annotations

import time
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from edge.types import ImageArray

BACKGROUND = (40, 44, 52)
SQUARE = (255, 176, 0)


def moving_square(width: int, height: int) -> Iterator[ImageArray]:
    """Yield for ever ``(height, width, 3) uint8`` pictures of a square that wanders to the right and wraps around."""
    side = max(1, min(width, height) // 4)
    top = (height - side) // 2
    step = max(1, width // 64)
    left = 0
    while True:
        image = np.full((height, width, 3), BACKGROUND, np.uint8)
        image[top : top + side, np.arange(left, left + side) % width] = SQUARE
        yield image
        left = (left + step) % width


class FakeCamera:
    """Yields the given images, or ``count`` pictures of a moving square, at a stream time of ``fps``; never waits.

    Deterministic but for ``captured_ns``, which is now on ``time.monotonic_ns``. ``live`` is only what it says of
    itself.
    """

    def __init__(
        self,
        images: Iterable[ImageArray] | None = None,
        *,
        width: int = 640,
        height: int = 480,
        fps: float = 30.0,
        count: int | None = None,
        live: bool = False,
    ) -> None:
        self.name = "fake"
        self.live = live
        self.closed = False
        self._fps = fps
        self._images = islice(moving_square(width, height) if images is None else images, count)
        self._number = 0

    def read(self) -> Frame | None:
        """The next frame; None after the last or after :meth:`close`."""
        image = None if self.closed else next(self._images, None)
        if image is None:
            return None
        number, self._number = self._number, self._number + 1
        return Frame(number, image, round(number * NS_PER_S / self._fps), time.monotonic_ns())

    def close(self) -> None:
        """End the stream; safe to call twice."""
        self.closed = True
