"""Text on pictures: measuring, cutting and drawing it with the font OpenCV brings along."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2

if TYPE_CHECKING:
    from edge.overlay.style import Color
    from edge.types import ImageArray

# OpenCV 5 draws a TrueType font that knows all scripts; before, its Hershey font knows ASCII alone.
ASCII_ONLY = int(cv2.__version__.split(".")[0]) < 5  # noqa: PLR2004 - the sentence above
FONT = cv2.FONT_HERSHEY_SIMPLEX
CAPITAL_PX = 21.0
ELLIPSIS = "..."
# What taking the accents off does not turn into ASCII: dashes, quotes, the minus sign and a few letters.
SPELLED = {
    **dict.fromkeys(range(0x2010, 0x2016), "-"),
    **dict.fromkeys(range(0x2018, 0x201C), "'"),
    **dict.fromkeys(range(0x201C, 0x2020), '"'),
    0x2212: "-",
    **str.maketrans({"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L"}),
}


@dataclass(frozen=True, slots=True)
class TextStyle:
    """A size of text: font scale, stroke and the height of its capitals in pixels."""

    scale: float
    stroke_px: int
    capital_px: int


def text_style(capital_px: float) -> TextStyle:
    """The style whose capitals are about ``capital_px`` high."""
    stroke_px = max(1, round(capital_px / 12))
    return TextStyle(capital_px / CAPITAL_PX, stroke_px, round(capital_px))


def to_ascii(text: str) -> str:
    """Letters without their accents, ligatures spelled out, ``?`` for what is left."""
    plain = unicodedata.normalize("NFKD", text.translate(SPELLED))
    return "".join(char for char in plain if not unicodedata.combining(char)).encode("ascii", "replace").decode()


def drawable(text: str, fallback: str = "") -> str:
    """``text`` as the font can show it on one line; ``fallback`` where most of it would be question marks."""
    line = "".join(char if char.isprintable() else " " for char in text)
    if not ASCII_ONLY:
        return line
    shown = to_ascii(line)
    lost = shown.count("?") - line.count("?")
    return to_ascii(fallback) if fallback and lost * 2 > len(shown) else shown


@lru_cache(maxsize=512)
def text_width_px(text: str, style: TextStyle) -> int:
    """How wide a text is, in pixels."""
    (width, _), _ = cv2.getTextSize(text, FONT, style.scale, style.stroke_px)
    return int(width)


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


def draw_text(image: ImageArray, text: str, start_px: tuple[int, int], style: TextStyle, color: Color) -> None:
    """Draw one line in place from ``start_px`` (x, baseline y); ``image`` is ``(H, W, 3) uint8`` RGB."""
    cv2.putText(image, text, start_px, FONT, style.scale, color, style.stroke_px, cv2.LINE_AA)
