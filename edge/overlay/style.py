"""How the overlay looks: its colours (RGB), its sizes, and the dark translucent plate that text stands on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import cv2

if TYPE_CHECKING:
    from edge.types import ImageArray

Color: TypeAlias = tuple[int, int, int]

# Orange and blue stay apart for people who cannot tell red from green.
LEFT: Color = (255, 164, 28)
RIGHT: Color = (52, 190, 255)
MIDDLE: Color = (236, 240, 245)
OUTLINE: Color = (16, 18, 24)
JOINT: Color = (255, 255, 255)

TEXT: Color = (250, 251, 252)
TEXT_MUTED: Color = (190, 196, 206)
BAR: Color = (178, 190, 208)
BAR_TRACK: Color = (66, 72, 84)
SETTLED: Color = (72, 222, 150)

PANEL_GREY = 18
PANEL_OPACITY = 0.8

PEOPLE: tuple[Color, ...] = (
    (255, 209, 92),
    (126, 224, 255),
    (255, 138, 158),
    (146, 232, 136),
    (204, 168, 255),
    (255, 178, 102),
)

REFERENCE_PX = 480
SMALLEST_TEXT_PX = 8.0


def person_color(identity: int) -> Color:
    """The colour a person keeps for as long as they keep their id."""
    return PEOPLE[identity % len(PEOPLE)]


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes in pixels, made for the shorter side of the picture."""

    line_px: int
    outline_px: int
    joint_px: int
    pad_px: int
    small_text_px: float
    text_px: float


def scale_of(width_px: int, height_px: int) -> Scale:
    """The sizes for a picture; readable from 320x240 up to 4K."""
    factor = min(width_px, height_px) / REFERENCE_PX
    return Scale(
        line_px=max(2, round(3 * factor)),
        outline_px=max(1, round(1.2 * factor)),
        joint_px=max(3, round(5 * factor)),
        pad_px=max(3, round(6 * factor)),
        small_text_px=max(SMALLEST_TEXT_PX, 10 * factor),
        text_px=max(SMALLEST_TEXT_PX, 11.5 * factor),
    )


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column that is no more in it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row that is no more in it."""
        return self.top + self.height

    def moved(self, right_px: int, down_px: int) -> Rect:
        """The same size elsewhere."""
        return Rect(self.left + right_px, self.top + down_px, self.width, self.height)

    def grown(self, by_px: int) -> Rect:
        """With so much more at each side."""
        return Rect(self.left - by_px, self.top - by_px, self.width + 2 * by_px, self.height + 2 * by_px)

    def overlaps(self, other: Rect) -> bool:
        """Whether both share a pixel."""
        across = min(self.right, other.right) > max(self.left, other.left)
        return across and min(self.bottom, other.bottom) > max(self.top, other.top)


def part_of(image: ImageArray, rect: Rect) -> ImageArray:
    """What of ``rect`` lies on the ``(H, W, 3) uint8`` image: a view, empty where nothing does."""
    return image[max(0, rect.top) : max(0, rect.bottom), max(0, rect.left) : max(0, rect.right)]


def darken(image: ImageArray, rect: Rect) -> None:
    """Lay the plate over ``rect`` in place, as much of it as lies on the ``(H, W, 3) uint8`` image."""
    part = part_of(image, rect)
    if part.size:
        cv2.convertScaleAbs(part, dst=part, alpha=1 - PANEL_OPACITY, beta=PANEL_GREY * PANEL_OPACITY)


def fill(image: ImageArray, rect: Rect, color: Color) -> None:
    """Fill ``rect`` with a colour in place; ``rect`` must not be empty."""
    corner = (rect.right - 1, rect.bottom - 1)
    cv2.rectangle(image, (rect.left, rect.top), corner, color, cv2.FILLED)
