"""Cards and notes, placed so that they fit: pure, drawn by :mod:`edge.monitor.panels`."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edge.monitor.layout import descent_px
from edge.monitor.placed_text import PlacedText, fitted, width_px, wrapped
from edge.monitor.status_words import AMBER
from edge.overlay.style import SETTLED, TEXT, TEXT_MUTED, Rect
from edge.overlay.text import ELLIPSIS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.monitor.layout import Sizes
    from edge.monitor.notices import Card, Tone
    from edge.overlay.style import Color

ACCENTS: dict[Tone, Color] = {"trouble": AMBER, "welcome": SETTLED}
TITLE, LARGE, LEAST_LARGE = 1.25, 1.9, 1.4
"""Capitals of titles and of what is to be copied, in those of other text: as large as there is room for."""
WIDEST = 60
"""A line of more capitals than that is hard to read."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A plate with its texts, placed on the screen; ``accent`` is the colour of a stripe down its left side."""

    rect: Rect
    texts: tuple[PlacedText, ...]
    accent: Color | None = None


def place_cards(cards: Sequence[Card], area: Rect, sizes: Sizes, *, centred: bool) -> list[Panel]:
    """Stack cards in an area, from its bottom up or in its middle, the first one above the others.

    The first card is there wherever a line fits, shortened where need be; others only whole, and how many are left out
    is said.
    """
    placed: list[Panel] = []
    free_px = area.height - 2 * sizes.pad_px
    for index, card in enumerate(cards):
        left_out = _note(f"and {len(cards) - index} more, told in the log", area, sizes)
        # Where others follow, room is kept to say that there are more.
        kept_px = left_out.rect.height + sizes.pad_px if index < len(cards) - 1 else 0
        panel = _card(card, area, sizes, most_px=None if placed else free_px - kept_px)
        if panel.rect.height > free_px - kept_px:
            if left_out.rect.height <= free_px:
                placed.append(left_out)
            break
        placed.append(panel)
        free_px -= panel.rect.height + sizes.pad_px
    return _stacked(placed, area, sizes, centred=centred)


def place_notes(notes: Sequence[str], area: Rect, sizes: Sizes) -> list[Panel]:
    """Set notes side by side at the bottom of an area, as many in a row as fit, in at most half of its height.

    How many are left out is said.
    """
    for left_out in range(len(notes) + 1):
        told = [*notes[: len(notes) - left_out], *([f"and {left_out} more"] if left_out else [])]
        rows = _rows([_note(note, area, sizes) for note in told], area, sizes)
        heights_px = [max(panel.rect.height for panel in row) + sizes.pad_px for row in rows]
        if sum(heights_px) <= area.height // 2:
            return _set_in_rows(rows, heights_px, area, sizes)
    return []


def _rows(panels: Sequence[Panel], area: Rect, sizes: Sizes) -> list[list[Panel]]:
    """Panels in rows, as many in each as fit."""
    rows: list[list[Panel]] = []
    for panel in panels:
        if rows and _across_px([*rows[-1], panel], sizes) <= area.width - 2 * sizes.pad_px:
            rows[-1].append(panel)
        else:
            rows.append([panel])
    return rows


def _set_in_rows(rows: Sequence[Sequence[Panel]], heights_px: Sequence[int], area: Rect, sizes: Sizes) -> list[Panel]:
    placed: list[Panel] = []
    top_px = area.bottom - sum(heights_px)
    for row, height_px in zip(rows, heights_px, strict=True):
        left_px = area.left + (area.width - _across_px(row, sizes)) // 2
        for panel in row:
            placed.append(_at(panel, left_px, top_px))
            left_px += panel.rect.width + sizes.pad_px
        top_px += height_px
    return placed


def _stacked(panels: Sequence[Panel], area: Rect, sizes: Sizes, *, centred: bool) -> list[Panel]:
    height_px = sum(panel.rect.height + sizes.pad_px for panel in panels) - sizes.pad_px
    free_px = area.height - height_px
    top_px = area.top + (free_px // 2 if centred else free_px - sizes.pad_px)
    placed = []
    for panel in panels:
        placed.append(_at(panel, area.left + (area.width - panel.rect.width) // 2, top_px))
        top_px += panel.rect.height + sizes.pad_px
    return placed


def _at(panel: Panel, left_px: int, top_px: int) -> Panel:
    rect = Rect(left_px, top_px, panel.rect.width, panel.rect.height)
    return Panel(rect, tuple(text.moved(left_px, top_px) for text in panel.texts), panel.accent)


def _across_px(panels: Sequence[Panel], sizes: Sizes) -> int:
    return sum(panel.rect.width + sizes.pad_px for panel in panels) - sizes.pad_px


def _note(note: str, area: Rect, sizes: Sizes) -> Panel:
    side_px = round(1.2 * sizes.pad_px)
    lines = wrapped(note, sizes.capital_px, area.width - 2 * sizes.pad_px - 2 * side_px)
    width = max(width_px(line, sizes.capital_px) for line in lines)
    texts = tuple(
        PlacedText(
            line,
            side_px + (width - width_px(line, sizes.capital_px)) // 2,
            _baseline_px(index * sizes.line_px, sizes.line_px, sizes.capital_px) + sizes.pad_px // 4,
            sizes.capital_px,
            TEXT,
        )
        for index, line in enumerate(lines)
    )
    return Panel(Rect(0, 0, width + 2 * side_px, len(lines) * sizes.line_px + sizes.pad_px // 2), texts)


def _card(card: Card, area: Rect, sizes: Sizes, most_px: int | None) -> Panel:
    """One card at the origin, no wider than it must be for so many lines.

    Where there is a ``most_px``, what would make it higher is left out.
    """
    widest = min(area.width - 2 * sizes.pad_px, WIDEST * sizes.capital_px)
    panel = _card_of_width(card, widest, sizes, most_px)
    for tenths in range(9, 4, -1):
        narrower = _card_of_width(card, widest * tenths // 10, sizes, most_px)
        if narrower.rect.height > panel.rect.height or _said(narrower) != _said(panel):
            break
        panel = narrower
    return panel


def _card_of_width(card: Card, width: int, sizes: Sizes, most_px: int | None) -> Panel:
    lines = _Lines(2 * sizes.pad_px, width - 3 * sizes.pad_px, sizes, most_px)
    lines.add(card.title, TITLE, ACCENTS[card.tone])
    lines.add_large(card.large)
    lines.add(card.text, 1.0, TEXT)
    return Panel(Rect(0, 0, width, lines.height_px), tuple(lines.texts), ACCENTS[card.tone])


def _said(panel: Panel) -> list[tuple[str, int]]:
    """The words on a panel with their sizes, wherever lines are broken."""
    return [(word, text.capital_px) for text in panel.texts for word in text.text.split()]


class _Lines:
    """Lines of one card, one below the other, of a width and, where it has a limit, a height."""

    def __init__(self, left_px: int, room_px: int, sizes: Sizes, most_px: int | None) -> None:
        self._left_px = left_px
        self._room_px = room_px
        self._sizes = sizes
        self._most_px = most_px
        self._used_px = sizes.pad_px // 2
        self._has_large = False
        self.texts: list[PlacedText] = []

    @property
    def height_px(self) -> int:
        """The height of a card with these lines."""
        return self._used_px + self._sizes.pad_px // 2

    def add(self, text: str, factor: float, color: Color) -> None:
        """Add a text of several lines; the last one that fits ends with an ellipsis where more would follow.

        Where none does, what stands above says so, but for what is to be copied.
        """
        capital_px = round(factor * self._sizes.capital_px)
        line_px = max(self._sizes.line_px, _line_px(capital_px))
        lines = wrapped(text, capital_px, self._room_px)
        count = self._fitting(line_px, len(lines))
        if 0 < count < len(lines):
            lines[count - 1] = fitted(" ".join(lines[count - 1 :]), capital_px, self._room_px)
        if lines and not count and self.texts and not self._has_large:
            last = self.texts[-1]
            self.texts[-1] = replace(last, text=fitted(f"{last.text} {ELLIPSIS}", last.capital_px, self._room_px))
        for line in lines[:count]:
            baseline_px = _baseline_px(self._used_px, line_px, capital_px)
            self.texts.append(PlacedText(line, self._left_px, baseline_px, capital_px, color))
            self._used_px += line_px

    def add_large(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Add names and what is to be copied: beside each other where they fit, in the same size all."""
        rows = list(self._large_rows(pairs))
        for capital_px, row in rows[: self._fitting(_line_px(rows[0][0]), len(rows)) if rows else 0]:
            baseline_px = _baseline_px(self._used_px, _line_px(capital_px), capital_px)
            left_px, gap_px = self._left_px, self._sizes.capital_px
            for name, value in row:
                self.texts.append(PlacedText(name, left_px, baseline_px, gap_px, TEXT_MUTED))
                left_px += width_px(name, gap_px) + gap_px
                self.texts.append(PlacedText(value, left_px, baseline_px, capital_px, TEXT))
                left_px += width_px(value, capital_px) + 3 * gap_px
            self._has_large = True
            self._used_px += _line_px(capital_px)

    def _fitting(self, line_px: int, count: int) -> int:
        """How many of so many lines there is room for."""
        if self._most_px is None:
            return count
        return min(count, max(0, (self._most_px - self.height_px) // line_px))

    def _large_rows(self, pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[int, Sequence[tuple[str, str]]]]:
        """Rows with the size of what is to be copied: all in one row, else a row for each, as large as that allows."""
        small_px = self._sizes.capital_px
        for rows, least in (([pairs], LEAST_LARGE), ([[pair] for pair in pairs], 1.0)):
            for large_px in range(round(LARGE * small_px), round(least * small_px) - 1, -1):
                if max((self._pairs_px(row, large_px) for row in rows), default=0) <= self._room_px:
                    yield from ((large_px, row) for row in rows if row)
                    return
        for name, value in pairs:
            kept_px = self._room_px - width_px(name, small_px) - small_px
            yield small_px, [(name, fitted(value, small_px, kept_px))]

    def _pairs_px(self, pairs: Sequence[tuple[str, str]], large_px: int) -> int:
        each = [width_px(name, self._sizes.capital_px) + width_px(value, large_px) for name, value in pairs]
        return sum(each) + (4 * len(pairs) - 3) * self._sizes.capital_px


def _line_px(capital_px: int) -> int:
    """How high a line is that may have accents above and a g below: at least what a text covers."""
    return math.ceil(1.8 * capital_px)


def _baseline_px(top_px: int, line_px: int, capital_px: int) -> int:
    """Where letters stand on a line, so that capitals are in its middle and none of a g is below it."""
    return top_px + min((line_px + capital_px) // 2, line_px - descent_px(capital_px))
