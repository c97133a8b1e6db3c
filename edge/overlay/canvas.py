"""What is painted on, and where on it the camera's picture lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from edge.overlay.style import Rect, Scale, scale_of

if TYPE_CHECKING:
    from edge.types import ImageArray

PLATES_SHARE = 0.36
PLATES_LEAST_EM = 17


@dataclass(frozen=True, slots=True)
class Canvas:
    """An image that is painted on in place, ``(H, W, 3) uint8`` RGB, with the camera's picture in it.

    ``image`` may be a part of a larger one, as the rows below a status line: nothing is drawn beyond it. ``picture`` is
    where in it the camera's picture lies, in pixels: all of it on a frame's own copy, a part of it on a screen of
    another shape. ``plates`` is where plates of text lie, one below the other: over the picture or beside it.
    ``mirrored``: the picture is shown as in a mirror, so coordinates of the frame are turned left to right; text is
    not.
    """

    image: ImageArray
    picture: Rect
    plates: Rect
    scale: Scale
    mirrored: bool = False

    @classmethod
    def whole(cls, image: ImageArray) -> Self:
        """One that is all picture, with sizes made for it, and plates down its left side."""
        height, width = image.shape[:2]
        scale = scale_of(width, height)
        across_px = max(PLATES_SHARE * width, PLATES_LEAST_EM * scale.text_px) + 4 * scale.pad_px
        return cls(image, Rect(0, 0, width, height), Rect(0, 0, min(width, round(across_px)), height), scale)

    def inside(self) -> Self:
        """The camera's picture alone, painted on in place as well: what is drawn there is cut at its border."""
        left, top, width, height = self.picture.left, self.picture.top, self.picture.width, self.picture.height
        part = self.image[top : top + height, left : left + width]
        return replace(self, image=part, picture=Rect(0, 0, width, height))

    def to_px(self, x: float, y: float) -> tuple[int, int]:
        """The pixel (column, row) of a place on the frame, normalised."""
        across = 1.0 - x if self.mirrored else x
        column = self.picture.left + across * self.picture.width - 0.5
        return round(column), round(self.picture.top + y * self.picture.height - 0.5)
