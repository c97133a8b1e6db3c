"""Drawing on pictures with something less than full opacity."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.overlay.style import Rect, part_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from edge.overlay.style import Color
    from edge.types import ImageArray

_OPAQUE = 255


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """What is drawn once, ready to be laid over pictures.

    Both are ``(h, w, 3) uint8``: how much is kept of what is below, of 255, and what is added.
    """

    kept: ImageArray
    added: ImageArray


NOTHING = Ink(np.zeros((0, 0, 3), np.uint8), np.zeros((0, 0, 3), np.uint8))


def ink_of(opacity: ImageArray, color: Color) -> Ink:
    """A shape that is as opaque as ``opacity``, ``(h, w) uint8``, says."""
    weights = opacity[..., None].astype(np.uint16)
    added = (weights * np.array(color, np.uint16) + _OPAQUE // 2) // _OPAQUE
    return Ink(np.repeat(_OPAQUE - opacity[..., None], 3, axis=2), added.astype(np.uint8))


def lay(image: ImageArray, ink: Ink, corner_px: tuple[int, int]) -> None:
    """Lay a shape over an ``(H, W, 3) uint8`` RGB image in place.

    ``corner_px`` (column, row) is where on the image its first pixel lies; what is outside is cut.
    """
    height, width = ink.kept.shape[:2]
    rect = Rect(*corner_px, width, height)
    part = part_of(image, rect)
    if not part.size:
        return
    top, left = max(0, -rect.top), max(0, -rect.left)
    cut = slice(top, top + part.shape[0]), slice(left, left + part.shape[1])
    cv2.multiply(part, ink.kept[cut], dst=part, scale=1 / _OPAQUE)
    cv2.add(part, ink.added[cut], dst=part)


def ink_painted(size: tuple[int, int], paint: Callable[[ImageArray], object]) -> Ink:
    """What a function paints on an ``(h, w, 3) uint8`` RGB image of this height and width, however it is blended there.

    It paints once on black, which is what it adds, and once on white, which shows how much it keeps.
    """
    black, white = np.zeros((*size, 3), np.uint8), np.full((*size, 3), _OPAQUE, np.uint8)
    paint(black)
    paint(white)
    return Ink(white - black, black)


def covered(ink: Ink) -> Rect:
    """Where it changes anything that lies below; of no size where it does not."""
    height, width = ink.kept.shape[:2]
    if not ink.kept.size:
        return Rect(0, 0, 0, 0)
    left, top, across, down = cv2.boundingRect(cv2.bitwise_not(ink.kept).reshape(height, 3 * width))
    first = left // 3
    return Rect(first, top, -(-(left + across) // 3) - first, down)


def cut(ink: Ink, rect: Rect) -> Ink:
    """What of it lies in ``rect``, without the rest."""
    return Ink(part_of(ink.kept, rect).copy(), part_of(ink.added, rect).copy())


@contextmanager
def blended(image: ImageArray, rect: Rect, opacity: float) -> Iterator[ImageArray]:
    """A copy of what of ``rect`` lies on the image, to draw on; at the end that is laid over it with that opacity.

    ``image`` is ``(H, W, 3) uint8``; the copy begins at the corner of ``rect``, or at the border where that is outside.
    """
    part = part_of(image, rect)
    drawn = part.copy()
    yield drawn
    if part.size:
        cv2.addWeighted(drawn, opacity, part, 1 - opacity, 0, dst=part)
