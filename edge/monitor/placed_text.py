"""Lines of text that have their place."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edge.monitor.layout import ascent_px, descent_px
from edge.overlay.style import Rect
from edge.overlay.text import ELLIPSIS, draw_text, fit_text, text_style, text_width_px

if TYPE_CHECKING:
    from edge.overlay.style import Color
    from edge.types import ImageArray


@dataclass(frozen=True, slots=True)
class PlacedText:
    """One line whose first letter stands at ``left_px`` on ``baseline_px``, with capitals of ``capital_px``."""

    text: str
    left_px: int
    baseline_px: int
    capital_px: int
    color: Color

    @property
    def rect(self) -> Rect:
        """What the line covers, from the top of accents to the bottom of a g."""
        above, below = ascent_px(self.capital_px), descent_px(self.capital_px)
        width = width_px(self.text, self.capital_px)
        return Rect(self.left_px, self.baseline_px - above, width, above + below)

    def moved(self, left_px: int, top_px: int) -> PlacedText:
        """The same line, so much further right and down."""
        return replace(self, left_px=self.left_px + left_px, baseline_px=self.baseline_px + top_px)

    def draw(self, image: ImageArray) -> None:
        """Draw it in place on ``(H, W, 3) uint8`` RGB."""
        style = text_style(self.capital_px)
        draw_text(image, self.text, (self.left_px, self.baseline_px), style, self.color)


def width_px(text: str, capital_px: int) -> int:
    """How wide a line is, in pixels."""
    return text_width_px(text, text_style(capital_px))


def fitted(text: str, capital_px: int, most_px: int) -> str:
    """``text``, shortened with an ellipsis where it is wider than that."""
    return fit_text(text, text_style(capital_px), most_px)


def fitted_at_both_ends(text: str, capital_px: int, most_px: int) -> str:
    """``text``, with an ellipsis in its middle where it is wider than that: names may differ in the last letters."""

    def kept(count: int) -> str:
        return text[: count - count // 2] + ELLIPSIS + text[len(text) - count // 2 :]

    if width_px(text, capital_px) <= most_px:
        return text
    return kept(bisect_right(range(1, len(text)), most_px, key=lambda count: width_px(kept(count), capital_px)))


def wrapped(text: str, capital_px: int, most_px: int) -> list[str]:
    """``text`` in lines of at most that width, broken between words, and within one that is wider by itself.

    Lines of the text begin new ones; empty ones are left out.
    """
    return [line for one in text.split("\n") for line in _wrapped_line(one, capital_px, most_px)]


def _wrapped_line(text: str, capital_px: int, most_px: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width_px(longer, capital_px) <= most_px:
            line = longer
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(word, capital_px, most_px)
        lines.extend(full)
    return [*lines, line] if line else lines


def _pieces(word: str, capital_px: int, most_px: int) -> list[str]:
    """A word in pieces of at most that width, each of at least a letter."""
    pieces = []
    while word:
        lengths = range(2, len(word) + 1)
        count = 1 + bisect_right(lengths, most_px, key=lambda length: width_px(word[:length], capital_px))
        pieces.append(word[:count])
        word = word[count:]
    return pieces
