"""Where things lie on a screen, and how large its text is: made to be read from three metres away."""

from __future__ import annotations

import math
from dataclasses import dataclass

from edge.overlay.canvas import PLATES_LEAST_EM
from edge.overlay.style import Rect

CAPITAL_SHARE = 40
"""A capital is the shorter side of the screen through this: 7 mm on a monitor of 24 inches, readable at 3 m."""
COLUMN_SHARE = 0.34
"""How much of the width of a screen the column of plates takes; more of a narrow one."""
_COLUMN_LEAST_EM = PLATES_LEAST_EM + 2


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of text and of the space around it, in pixels: capitals, from one line to the next, padding."""

    capital_px: int
    line_px: int
    pad_px: int


@dataclass(frozen=True, slots=True)
class Regions:
    """The parts of a screen: the bar at the bottom, all that is above it, and in that the picture and the plates."""

    bar: Rect
    main: Rect
    picture: Rect
    plates: Rect


def sizes_of(size: tuple[int, int]) -> Sizes:
    """The sizes for a screen of ``(width, height)`` pixels."""
    capital_px = math.ceil(min(size) / CAPITAL_SHARE)
    return Sizes(capital_px, 2 * capital_px, max(3, round(0.8 * capital_px)))


def ascent_px(capital_px: int) -> int:
    """What letters with accents take above the line they stand on."""
    return math.ceil(1.3 * capital_px)


def descent_px(capital_px: int) -> int:
    """What letters such as g take below the line they stand on."""
    return math.ceil(0.4 * capital_px)


def regions_of(size: tuple[int, int], bar_px: int, picture_size: tuple[int, int], *, has_plates: bool) -> Regions:
    """Divide a screen of ``(width, height)`` pixels among a bar of this height and a picture of this size.

    The picture is as large as its shape allows, with even sides, as I420 has them. Plates, where any may come, begin at
    the left edge; the picture stands in the middle of what is right of them, or at the right edge where it is too wide
    for that, and then partly under them.
    """
    width, height = size
    main = Rect(0, 0, width, max(2, height - bar_px))
    factor = min(main.width / max(1, picture_size[0]), main.height / max(1, picture_size[1]))
    picture_width = _even(picture_size[0] * factor, main.width)
    picture_height = _even(picture_size[1] * factor, main.height)
    plates_width = has_plates * min(
        width, max(round(width * COLUMN_SHARE), _COLUMN_LEAST_EM * sizes_of(size).capital_px)
    )
    free_px = width - picture_width
    left = free_px if free_px <= plates_width else plates_width + (free_px - plates_width) // 2
    picture = Rect(left, (main.height - picture_height) // 2, picture_width, picture_height)
    return Regions(
        Rect(0, main.height, width, height - main.height), main, picture, Rect(0, 0, plates_width, main.height)
    )


def _even(side_px: float, most_px: int) -> int:
    return max(2, min(2 * round(side_px / 2), most_px & ~1))
