"""What is painted on, and where on it the camera's picture lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from edge.overlay.style import Rect, Scale, part_of, scale_of

if TYPE_CHECKING:
    from edge.types import ImageArray

PLATES_SHARE = 0.36
"""How much plates may take of the width of a picture of the usual shape, 4 to 3; no more of a wider one."""
PLATES_LEAST_EM = 20
"""And how much at least, in capitals: a label of some words beside its percentage."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """An image that is painted on in place, ``(H, W, 3) uint8`` RGB, with the camera's picture in it.

    ``image`` may be a part of a larger one, as the rows below a status line: nothing is drawn beyond it. ``picture`` is
    where in it the camera's picture lies, in pixels: all of it on a frame's own copy, a part of it on a screen of
    another shape. ``plates`` is where plates of text may lie, one below the other: over the picture or beside it; for
    whoever draws people it is what the plates cover, and other text keeps out of there. ``mirrored``: the picture is
    shown as in a mirror, so coordinates of the frame are turned left to right; text is not. ``silhouettes``: people are
    filled, where it is known which pixels are theirs.
    """

    image: ImageArray
    picture: Rect
    plates: Rect
    scale: Scale
    mirrored: bool = False
    silhouettes: bool = False

    @classmethod
    def whole(cls, image: ImageArray) -> Self:
        """One that is all picture, with sizes made for it, and plates down its left side."""
        height, width = image.shape[:2]
        scale = scale_of(width, height)
        share_px = PLATES_SHARE * min(width, height * 4 / 3)
        across_px = max(share_px, PLATES_LEAST_EM * scale.text_px) + 4 * scale.pad_px
        return cls(image, Rect(0, 0, width, height), Rect(0, 0, min(width, round(across_px)), height), scale)

    def inside(self) -> Self:
        """The camera's picture alone, painted on in place as well: what is drawn there is cut at its border."""
        left, top = self.picture.left, self.picture.top
        return replace(
            self,
            image=part_of(self.image, self.picture),
            picture=self.picture.moved(-left, -top),
            plates=self.plates.moved(-left, -top),
        )

    def for_plates_below(self, top_px: int, image: ImageArray) -> Self:
        """What is left for plates from a row on, alone, on another image of that size."""
        return replace(
            self,
            image=image,
            picture=self.picture.moved(-self.plates.left, -top_px),
            plates=Rect(0, 0, image.shape[1], image.shape[0]),
        )

    def to_px(self, x: float, y: float) -> tuple[int, int]:
        """The pixel (column, row) of a place on the frame, normalised."""
        across = 1.0 - x if self.mirrored else x
        column = self.picture.left + across * self.picture.width - 0.5
        return round(column), round(self.picture.top + y * self.picture.height - 0.5)
