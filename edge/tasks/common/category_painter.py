"""The plate with the categories of a classifier: the settled label, and names, bars and percentages of the best."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, cast

import cv2

from edge.overlay.style import BAR, BAR_TRACK, SETTLED, TEXT, TEXT_MUTED, Rect, darken, fill
from edge.overlay.text import ELLIPSIS, TextStyle, draw_text, drawable, fit_text, text_style, text_width_px, wrap_text
from edge.tasks.common.held import Held

if TYPE_CHECKING:
    from edge.overlay.canvas import Canvas
    from edge.overlay.style import Scale
    from edge.tasks.common.category_result import CategoryResult
    from edge.types import Category, ImageArray, Result

HEADING_SIZE = 1.35
"""How large the settled label is beside other text."""
_HEADING_LINES = 2
_LEAST_SHARE = 0.45
"""How much of the room for plates one takes at least, so that bars can be told from each other."""


@dataclass(frozen=True, slots=True)
class _Heading:
    """The settled label as it fits: large on one line, or smaller on one or two; no lines where there is none."""

    lines: tuple[str, ...]
    style: TextStyle


class Painter:
    """Draws a plate with what a classifier says, as wide as its widest line.

    From the first settled label on there is a line for it, so that the plate does not jump when there is none. It is
    called as when it was among the best, also when it no longer is.
    """

    SHOWS_PEOPLE: ClassVar = False

    def __init__(self) -> None:
        self._has_heading = False
        self._names: dict[str, str] = {}
        """As people read them, of the categories that were drawn."""
        self._heading_px = Held()
        self._width_px = Held()
        self._scale: Scale | None = None

    def paint(self, canvas: Canvas, result: Result, top_px: int) -> int:
        """Draw a result's plate at the left edge in place; where the next plate may begin, in pixels from the top.

        Rows that do not fit where plates lie are left out.
        """
        own, image, scale = cast("CategoryResult", result), canvas.image, canvas.scale
        self._has_heading |= own.settled is not None
        self._names.update((category.category_name, _name_of(category)) for category in own.categories)
        plates, pad = canvas.plates, scale.pad_px
        left, most_px = plates.left + 2 * pad, plates.width - 4 * pad
        heading = _heading_of(self._settled_name(own), most_px - 2 * pad, scale)
        title_px = text_style(scale.small_text_px).capital_px + pad
        heading_px, width = self._sizes(own, heading, most_px, scale)
        row_px = text_style(scale.text_px).capital_px + 3 * pad
        head_px = title_px + heading_px + pad + pad // 2
        rows = min(len(own.categories), (plates.bottom - top_px - pad - head_px) // row_px)
        if most_px < row_px or rows < 0:
            return top_px
        plate = Rect(left, top_px, width, head_px + rows * row_px)
        darken(image, plate)
        line = Rect(plate.left + pad, top_px + pad, plate.width - 2 * pad, row_px)
        _draw_title(image, own, line, scale)
        if self._has_heading:
            _draw_heading(image, heading, replace(line, top=line.top + title_px), scale)
        for index, category in enumerate(own.categories[:rows]):
            row = replace(line, top=line.top + title_px + heading_px + pad // 2 + index * row_px)
            _draw_row(image, category, row, scale, settled=category.category_name == _settled_as(own))
        return plate.bottom + pad

    def _settled_name(self, result: CategoryResult) -> str | None:
        name = _settled_as(result)
        return name and self._names.get(name, name)

    def _sizes(self, result: CategoryResult, heading: _Heading, most_px: int, scale: Scale) -> tuple[int, int]:
        """How high the line of the settled label and how wide the plate is."""
        if scale != self._scale:
            self._scale, self._heading_px, self._width_px = scale, Held(), Held()
        needed_px = max(_width_px(result, heading, scale), round(_LEAST_SHARE * most_px))
        now_ns = result.frame.timestamp_ns
        height_px = self._heading_px.update(self._has_heading * _height_px(heading, scale), now_ns)
        return height_px, min(most_px, self._width_px.update(needed_px, now_ns))


def _heading_of(name: str | None, width_px: int, scale: Scale) -> _Heading:
    large, usual = text_style(HEADING_SIZE * scale.text_px), text_style(scale.text_px)
    if name is None:
        return _Heading((), large)
    if text_width_px(name, large) <= width_px - _mark_px(large, scale):
        return _Heading((name,), large)
    return _Heading(wrap_text(name, usual, width_px - _mark_px(usual, scale), _HEADING_LINES), usual)


def _mark_px(style: TextStyle, scale: Scale) -> int:
    """How much the mark of a settled label takes before it."""
    return 2 * _radius_px(style) + scale.pad_px


def _radius_px(style: TextStyle) -> int:
    return max(2, style.capital_px // 4)


def _height_px(heading: _Heading, scale: Scale) -> int:
    """At least one line of the large size, whatever there is."""
    one_px = text_style(HEADING_SIZE * scale.text_px).capital_px
    more_px = (len(heading.lines) - 1) * _line_px(heading.style, scale) + heading.style.capital_px
    return max(one_px, more_px) + 2 * scale.pad_px


def _line_px(style: TextStyle, scale: Scale) -> int:
    return style.capital_px + scale.pad_px + scale.pad_px // 2


def _width_px(result: CategoryResult, heading: _Heading, scale: Scale) -> int:
    """How wide a plate has to be for all it says; its percentages are counted as wide as they get."""
    style, pad = text_style(scale.text_px), scale.pad_px
    beside_px = text_width_px("100%", style) + 2 * pad
    rows = [text_width_px(_name_of(category), style) + beside_px for category in result.categories]
    title = text_width_px(_title(result), text_style(scale.small_text_px))
    lines = [text_width_px(line, heading.style) + _mark_px(heading.style, scale) for line in heading.lines]
    return max(title, *rows, *lines, 0) + 2 * pad


def _title(result: CategoryResult) -> str:
    return f"{result.task}: warming up" if result.warming_up else result.task


def _draw_title(image: ImageArray, result: CategoryResult, line: Rect, scale: Scale) -> None:
    style = text_style(scale.small_text_px)
    title = fit_text(_title(result), style, line.width)
    draw_text(image, title, (line.left, line.top + style.capital_px), style, TEXT_MUTED)


def _draw_heading(image: ImageArray, heading: _Heading, line: Rect, scale: Scale) -> None:
    """The settled label with a mark before it; or dots where there is none."""
    style = heading.style
    baseline, radius_px = line.top + scale.pad_px // 2 + style.capital_px, _radius_px(style)
    if not heading.lines:
        draw_text(image, ELLIPSIS, (line.left, baseline), style, TEXT_MUTED)
        return
    center = (line.left + radius_px, baseline - style.capital_px // 2)
    cv2.circle(image, center, radius_px, SETTLED, cv2.FILLED, cv2.LINE_AA)
    left = line.left + _mark_px(style, scale)
    for index, text in enumerate(heading.lines):
        draw_text(image, text, (left, baseline + index * _line_px(style, scale)), style, SETTLED)


def _settled_as(result: CategoryResult) -> str | None:
    return None if result.settled is None else result.settled.category_name


def _name_of(category: Category) -> str:
    return drawable(category.display_name or category.category_name, category.category_name)


def _draw_row(image: ImageArray, category: Category, row: Rect, scale: Scale, *, settled: bool) -> None:
    style, pad = text_style(scale.text_px), scale.pad_px
    score = min(1.0, max(0.0, category.score)) if math.isfinite(category.score) else 0.0
    percent = f"{score:.0%}"
    percent_px = text_width_px(percent, style)
    baseline = row.top + style.capital_px
    name = fit_text(_name_of(category), style, row.width - percent_px - pad)
    draw_text(image, name, (row.left, baseline), style, TEXT)
    draw_text(image, percent, (row.right - percent_px, baseline), style, SETTLED if settled else TEXT)
    bar_px = max(2, math.ceil(style.capital_px / 3))
    _draw_bar(image, Rect(row.left, baseline + pad, row.width, bar_px), score, settled=settled)


def _draw_bar(image: ImageArray, bar: Rect, score: float, *, settled: bool) -> None:
    fill(image, bar, BAR_TRACK)
    filled_px = round(bar.width * score)
    if filled_px:
        fill(image, replace(bar, width=filled_px), SETTLED if settled else BAR)
