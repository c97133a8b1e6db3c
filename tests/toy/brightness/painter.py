"""How the results of brightness are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edge.overlay.style import TEXT, Rect, darken
from edge.overlay.text import draw_text, text_style, text_width_px

if TYPE_CHECKING:
    from edge.overlay.style import Scale
    from edge.types import ImageArray, Result

    from .result import BrightnessResult

SHOWS_PEOPLE = False


def paint(image: ImageArray, result: Result, scale: Scale, top_px: int) -> int:
    """Draw a plate with the level in place; where the next one may begin, in pixels from the top."""
    text = f"brightness {cast('BrightnessResult', result).level:.0%}"
    style, pad = text_style(scale.text_px), scale.pad_px
    plate = Rect(2 * pad, top_px, text_width_px(text, style) + 2 * pad, style.capital_px + 2 * pad)
    darken(image, plate)
    draw_text(image, text, (plate.left + pad, plate.top + pad + style.capital_px), style, TEXT)
    return top_px + plate.height + pad
