"""How the results of brightness are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from edge.overlay.style import TEXT, Rect, darken
from edge.overlay.text import draw_text, text_style, text_width_px

if TYPE_CHECKING:
    from edge.overlay.canvas import Canvas
    from edge.types import Result

    from .result import BrightnessResult


class Painter:
    """Draws a plate with the level."""

    SHOWS_PEOPLE: ClassVar = False

    def paint(self, canvas: Canvas, result: Result, top_px: int) -> int:
        """Draw the plate in place; where the next one may begin, in pixels from the top."""
        text = f"brightness {cast('BrightnessResult', result).level:.0%}"
        style, pad = text_style(canvas.scale.text_px), canvas.scale.pad_px
        plate = Rect(
            canvas.plates.left + 2 * pad, top_px, text_width_px(text, style) + 2 * pad, style.capital_px + 2 * pad
        )
        darken(canvas.image, plate)
        draw_text(canvas.image, text, (plate.left + pad, plate.top + pad + style.capital_px), style, TEXT)
        return top_px + plate.height + pad
