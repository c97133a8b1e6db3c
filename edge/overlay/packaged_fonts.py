"""The fonts that come with Edge, and lines of text drawn with them by Pillow.

``DejaVuSans.ttf`` has the letters of Europe and signs of all kinds, ``DroidSansFallback.ttf`` what is written in China,
Japan and Korea. Neither asks the system for a font: a picture looks the same on every machine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from edge.overlay.character_map import PLANE, characters_of

if TYPE_CHECKING:
    from edge.overlay.character_map import Characters
    from edge.types import ImageArray

FONTS = ("DejaVuSans.ttf", "DroidSansFallback.ttf")
"""In the order in which they are asked for a glyph."""
REPLACEMENT = "\ufffd"
"""Stands for a character of which no font has a glyph."""
_ASCENT_EM, _DESCENT_EM, _OVERHANG_EM = 1.05, 0.3, 0.15
"""How far glyphs of both reach above, below and beside where they stand."""
_FOLDER = files("edge.overlay") / "fonts"


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A drawn line of text: how opaque each pixel is, ``(H, W) uint8``, without what is empty around it.

    Its first pixel lies at column ``left_px`` and row ``top_px``, seen from where the pen begins on the baseline.
    """

    opacity: ImageArray
    left_px: int
    top_px: int


def has_glyph(char: str) -> bool:
    """Whether one of the fonts can show a character."""
    return _font_of(char) is not None


def width_of(text: str, size_px: int) -> int:
    """How far the pen goes for a line of text, in pixels."""
    return math.ceil(sum(_face(font, size_px).getlength(run) for font, run in _runs(text)))


def draw_line(text: str, size_px: int) -> Line:
    """Draw a line of text."""
    beside_px, baseline_px = math.ceil(_OVERHANG_EM * size_px), math.ceil(_ASCENT_EM * size_px)
    size = (width_of(text, size_px) + 2 * beside_px, baseline_px + math.ceil(_DESCENT_EM * size_px))
    image = Image.new("L", size)
    drawing, pen_px = ImageDraw.Draw(image), float(beside_px)
    for font, run in _runs(text):
        face = _face(font, size_px)
        drawing.text((round(pen_px), baseline_px), run, 255, face, "ls")
        pen_px += face.getlength(run)
    left, top, right, bottom = image.getbbox() or (0, 0, 0, 0)
    opacity = np.asarray(image, np.uint8)[top:bottom, left:right]
    return Line(opacity, left - beside_px, top - baseline_px)


def _runs(text: str) -> list[tuple[str, str]]:
    """A text in parts, each with its font."""
    shown = "".join(char if has_glyph(char) else REPLACEMENT for char in text)
    return [(font, "".join(chars)) for font, chars in groupby(shown, lambda char: _font_of(char) or FONTS[0])]


def _font_of(char: str) -> str | None:
    code = ord(char)
    return next((font for font in FONTS if code < PLANE and _characters(font)[code]), None)


@cache
def _characters(font: str) -> Characters:
    return characters_of((_FOLDER / font).read_bytes())


@lru_cache(maxsize=32)
def _face(font: str, size_px: int) -> ImageFont.FreeTypeFont:
    with as_file(_FOLDER / font) as path:
        # The same engine on every machine; the other one, where there is one, would be asked for by default.
        return ImageFont.truetype(str(path), size_px, layout_engine=ImageFont.Layout.BASIC)
