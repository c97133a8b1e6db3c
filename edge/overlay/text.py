"""Text on pictures: measuring, cutting and drawing it."""

from __future__ import annotations

import math
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from edge.overlay.blending import Ink, ink_of, lay

if TYPE_CHECKING:
    from edge.overlay.style import Color
    from edge.types import ImageArray

ELLIPSIS = "…"
CAPITAL_EM = 0.729
"""How high capitals are in a font of size 1: those of the font that has the letters."""
_RIGHT_TO_LEFT = frozenset({"R", "AL"})

# Whoever draws no text need not have Pillow, nor wait for it: the fonts are loaded with the first that is measured.


@dataclass(frozen=True, slots=True)
class TextStyle:
    """A size of text: that of the font, and the height of its capitals, in pixels."""

    size_px: int
    capital_px: int


def text_style(capital_px: float) -> TextStyle:
    """The smallest style whose capitals are at least ``capital_px`` high."""
    size_px = max(1, math.ceil(capital_px / CAPITAL_EM))
    return TextStyle(size_px, round(size_px * CAPITAL_EM))


def drawable(text: str, fallback: str = "") -> str:
    """``text``; ``fallback`` where there is one and the fonts cannot show all of it.

    They have no letters of India or Thailand, say, and join no letters that are written from right to left.
    """
    return text if not fallback or _can_be_shown(text) else fallback


@lru_cache(maxsize=512)
def _can_be_shown(text: str) -> bool:
    from edge.overlay.packaged_fonts import has_glyph  # noqa: PLC0415

    return all(has_glyph(char) and unicodedata.bidirectional(char) not in _RIGHT_TO_LEFT for char in _one_line(text))


def _one_line(text: str) -> str:
    """``text`` with a space for what is no printable character, and accents on their letters."""
    return "".join(char if char.isprintable() else " " for char in unicodedata.normalize("NFC", text))


@lru_cache(maxsize=1024)
def text_width_px(text: str, style: TextStyle) -> int:
    """How wide a text is on one line, in pixels."""
    from edge.overlay.packaged_fonts import width_of  # noqa: PLC0415

    return width_of(_one_line(text), style.size_px)


@lru_cache(maxsize=256)
def fit_text(text: str, style: TextStyle, width_px: int) -> str:
    """``text``, cut with an ellipsis where it is wider than ``width_px``; empty where not even that fits."""
    if text_width_px(text, style) <= width_px:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = text_width_px(text[:middle].rstrip() + ELLIPSIS, style) <= width_px
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + ELLIPSIS if low else ""


def wrap_text(text: str, style: TextStyle, width_px: int, most_lines: int) -> tuple[str, ...]:
    """``text`` in as many lines as it needs to fit ``width_px``; the last that there may be is cut with an ellipsis.

    A line ends between words, or within a word that is alone too wide.
    """
    if most_lines <= 1 or text_width_px(text, style) <= width_px:
        return (fit_text(text, style, width_px),)
    fitting = bisect_right(range(1, len(text)), width_px, key=lambda end: text_width_px(text[:end], style))
    between_words = text.rfind(" ", 0, fitting + 1)
    end = between_words if between_words > 0 else max(1, fitting)
    return (text[:end].rstrip(), *wrap_text(text[end:].lstrip(), style, width_px, most_lines - 1))


def draw_text(image: ImageArray, text: str, start_px: tuple[int, int], style: TextStyle, color: Color) -> None:
    """Draw one line in place from ``start_px`` (x, baseline y); ``image`` is ``(H, W, 3) uint8`` RGB.

    What is outside is cut. Where no font has a character there is a question mark on a diamond.
    """
    line = _line(text, style, color)
    lay(image, line.ink, (start_px[0] + line.left_px, start_px[1] + line.top_px))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text as it is laid over pictures; ``left_px`` and ``top_px`` are seen from where it is to start."""

    ink: Ink
    left_px: int
    top_px: int


@lru_cache(maxsize=128)
def _line(text: str, style: TextStyle, color: Color) -> _Line:
    from edge.overlay.packaged_fonts import draw_line  # noqa: PLC0415

    drawn = draw_line(_one_line(text), style.size_px)
    return _Line(ink_of(drawn.opacity, color), drawn.left_px, drawn.top_px)
