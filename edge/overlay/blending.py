"""Drawing on pictures with something less than full opacity."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.overlay.style import Rect, part_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.overlay.style import Color
    from edge.types import ImageArray

_OPAQUE = 255


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """A shape of one colour, ready to be laid over pictures of its size.

    Both are ``(h, w, 3) uint8``: how much is kept of what is below, of 255, and what is added.
    """

    kept: ImageArray
    added: ImageArray


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
