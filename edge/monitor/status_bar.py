"""The bar at the bottom of the screen: who the appliance is, where it is found, how it is doing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edge.monitor.layout import sizes_of
from edge.monitor.placed_text import PlacedText, fitted_at_both_ends, width_px

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.monitor.layout import Sizes
    from edge.monitor.status_words import Piece, Segment, Words
    from edge.overlay.style import Color
    from edge.types import ImageArray

GROUND: Color = (17, 20, 27)
EDGE: Color = (52, 58, 70)
# Between segments, in capitals; between pieces of one.
_GAPS = (2.2, 1.8, 1.1)
_SPACE = 0.55


@dataclass(frozen=True, slots=True)
class Bar:
    """The texts of a bar of this height, placed from its left top corner."""

    height_px: int
    texts: tuple[PlacedText, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """Segments at the left, others at the right end."""

    left: Sequence[Segment]
    right: Sequence[Segment] = ()


class _Setter:
    """Sets segments in rows of one width, with gaps of one tightness."""

    def __init__(self, sizes: Sizes, width: int, tightness: int) -> None:
        self._capital_px = sizes.capital_px
        self._room_px = width - 2 * sizes.pad_px
        self._start_px = sizes.pad_px
        self._gap_px = round(_GAPS[tightness] * sizes.capital_px)
        self._space_px = round(_SPACE * sizes.capital_px)

    def rows(self, identity: Sequence[Segment], health: Sequence[Segment], tasks: Sequence[Segment]) -> list[_Row]:
        """Who it is at the left of the first row and how it is doing at its right end, if they fit; then the tasks."""
        if self._width_px([*identity, *health]) <= self._room_px:
            return [_Row(identity, health), *self._flow(tasks)]
        return self._flow([*identity, *health, *tasks])

    def place(self, row: _Row, baseline_px: int) -> Iterator[PlacedText]:
        """The texts of a row."""
        yield from self._place(row.left, self._start_px, baseline_px)
        right_px = self._start_px + self._room_px - self._width_px(row.right)
        yield from self._place(row.right, right_px, baseline_px)

    def _flow(self, segments: Sequence[Segment]) -> list[_Row]:
        rows: list[list[Segment]] = []
        for segment in segments:
            if rows and self._width_px([*rows[-1], segment]) <= self._room_px:
                rows[-1].append(segment)
            else:
                rows.append([segment])
        return [_Row(row) for row in rows]

    def _width_px(self, segments: Sequence[Segment]) -> int:
        gaps_px = max(0, len(segments) - 1) * self._gap_px
        return gaps_px + sum(self._segment_px(segment) for segment in segments)

    def _segment_px(self, segment: Segment) -> int:
        return sum(self._piece_px(piece) for piece in segment) + (len(segment) - 1) * self._space_px

    def _piece_px(self, piece: Piece) -> int:
        widest = max(width_px(text, self._capital_px) for text in (piece.text, piece.widest))
        return min(widest, self._room_px)

    def _place(self, segments: Sequence[Segment], left_px: int, baseline_px: int) -> Iterator[PlacedText]:
        for segment in segments:
            for piece in segment:
                text = fitted_at_both_ends(piece.text, self._capital_px, self._room_px)
                yield PlacedText(text, left_px, baseline_px, self._capital_px, piece.color)
                left_px += self._piece_px(piece) + self._space_px
            left_px += self._gap_px - self._space_px


def lay_bar(words: Sequence[Words], size: tuple[int, int]) -> Bar:
    """Place the words of a bar on a screen of ``(width, height)`` pixels: in as few rows as hold them, then at length.

    They come in each tightness, the loosest first. Only what is wider than the screen by itself is shortened.
    """
    sizes = sizes_of(size)
    setters = [_Setter(sizes, size[0], tightness) for tightness in range(len(words))]
    settings = [
        (setter.rows(one.identity, one.health, one.tasks), setter) for setter, one in zip(setters, words, strict=True)
    ]
    rows, setter = min(settings, key=lambda setting: len(setting[0]))
    top_px = sizes.pad_px // 2
    texts = [
        text
        for index, row in enumerate(rows)
        for text in setter.place(row, top_px + index * sizes.line_px + (sizes.line_px + sizes.capital_px) // 2)
    ]
    return Bar(2 * top_px + len(rows) * sizes.line_px, tuple(texts))


def draw_bar(bar: Bar, width: int) -> ImageArray:
    """The bar's own image, ``(height, width, 3) uint8`` RGB."""
    image = np.empty((bar.height_px, width, 3), np.uint8)
    image[:] = GROUND
    image[: max(1, bar.height_px // 60)] = EDGE
    for text in bar.texts:
        text.draw(image)
    return image
