"""The plate with the categories of a classifier: the settled label, and names, bars and percentages of the best."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

import cv2

from edge.overlay.style import BAR, BAR_TRACK, SETTLED, TEXT, TEXT_MUTED, Rect, darken, fill
from edge.overlay.text import ELLIPSIS, TextStyle, draw_text, drawable, fit_text, text_style, text_width_px

if TYPE_CHECKING:
    from edge.overlay.canvas import Canvas
    from edge.overlay.style import Scale
    from edge.tasks.common.category_result import CategoryResult
    from edge.types import Category, ImageArray, Result

HEADING_SIZE = 1.35
"""How large the settled label is beside other text."""


class Painter:
    """Draws a plate with what a classifier says.

    From the first settled label on there is a line for it, so that the plate does not jump when there is none.
    """

    SHOWS_PEOPLE: ClassVar = False

    def __init__(self) -> None:
        self._has_heading = False

    def paint(self, canvas: Canvas, result: Result, top_px: int) -> int:
        """Draw a result's plate at the left edge in place; where the next plate may begin, in pixels from the top.

        Rows that do not fit where plates lie are left out.
        """
        own, image, scale = cast("CategoryResult", result), canvas.image, canvas.scale
        self._has_heading |= own.settled is not None
        plates, pad = canvas.plates, scale.pad_px
        left, width = plates.left + 2 * pad, plates.width - 4 * pad
        title_px = text_style(scale.small_text_px).capital_px + pad
        heading_px = self._has_heading * (_heading_style(scale).capital_px + 2 * pad)
        row_px = text_style(scale.text_px).capital_px + 3 * pad
        head_px = title_px + heading_px + pad + pad // 2
        rows = min(len(own.categories), (plates.bottom - top_px - pad - head_px) // row_px)
        if width < row_px or rows < 0:
            return top_px
        plate = Rect(left, top_px, width, head_px + rows * row_px)
        darken(image, plate)
        line = Rect(plate.left + pad, top_px + pad, plate.width - 2 * pad, row_px)
        _draw_title(image, own, line, scale)
        if self._has_heading:
            _draw_heading(image, own, replace(line, top=line.top + title_px), scale)
        for index, category in enumerate(own.categories[:rows]):
            row = replace(line, top=line.top + title_px + heading_px + pad // 2 + index * row_px)
            _draw_row(image, category, row, scale, settled=category.category_name == _settled_as(own))
        return plate.bottom + pad


def _heading_style(scale: Scale) -> TextStyle:
    return text_style(HEADING_SIZE * scale.text_px)


def _draw_title(image: ImageArray, result: CategoryResult, line: Rect, scale: Scale) -> None:
    style = text_style(scale.small_text_px)
    title = fit_text(result.task, style, line.width)
    draw_text(image, title, (line.left, line.top + style.capital_px), style, TEXT_MUTED)


def _draw_heading(image: ImageArray, result: CategoryResult, line: Rect, scale: Scale) -> None:
    """The settled label with a mark before it, as large as there is room; or dots where there is none."""
    style, pad = _heading_style(scale), scale.pad_px
    baseline, radius_px = line.top + pad // 2 + style.capital_px, max(2, style.capital_px // 4)
    if result.settled is None:
        draw_text(image, ELLIPSIS, (line.left, baseline), style, TEXT_MUTED)
        return
    name, left = _settled_name(result), line.left + 2 * radius_px + pad
    if text_width_px(name, style) > line.right - left:
        style = text_style(scale.text_px)
    center = (line.left + radius_px, baseline - style.capital_px // 2)
    cv2.circle(image, center, radius_px, SETTLED, cv2.FILLED, cv2.LINE_AA)
    draw_text(image, fit_text(name, style, line.right - left), (left, baseline), style, SETTLED)


def _settled_as(result: CategoryResult) -> str | None:
    return None if result.settled is None else result.settled.category_name


def _settled_name(result: CategoryResult) -> str:
    name = _settled_as(result) or ""
    return next((_name_of(category) for category in result.categories if category.category_name == name), name)


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
    _draw_bar(image, Rect(row.left, baseline + pad, row.width, max(2, pad // 2)), score, settled=settled)


def _draw_bar(image: ImageArray, bar: Rect, score: float, *, settled: bool) -> None:
    fill(image, bar, BAR_TRACK)
    filled_px = round(bar.width * score)
    if filled_px:
        fill(image, replace(bar, width=filled_px), SETTLED if settled else BAR)
