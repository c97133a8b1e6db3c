"""How large things are drawn on a picture of a given size."""

from __future__ import annotations

from dataclasses import dataclass

REFERENCE_PX = 480
SMALLEST_TEXT_PX = 8.0


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
