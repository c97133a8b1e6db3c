"""The plate with the categories of a classifier: names, bars and percentages."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

import cv2

from edge.overlay.style import BAR, BAR_TRACK, SETTLED, TEXT, TEXT_MUTED, Rect, darken, fill
from edge.overlay.text import TextStyle, draw_text, drawable, fit_text, text_style, text_width_px

if TYPE_CHECKING:
    from edge.overlay.canvas import Canvas
    from edge.overlay.style import Scale
    from edge.tasks.common.category_result import CategoryResult
    from edge.types import Category, ImageArray, Result


class Painter:
    """Draws a plate with what a classifier says."""

    SHOWS_PEOPLE: ClassVar = False

    def paint(self, canvas: Canvas, result: Result, top_px: int) -> int:
        """Draw a result's plate at the left edge in place; where the next plate may begin, in pixels from the top.

        Rows that do not fit where plates lie are left out.
        """
        return _draw_plate(canvas, cast("CategoryResult", result), top_px)


def _draw_plate(canvas: Canvas, result: CategoryResult, top_px: int) -> int:
    image, scale, plates = canvas.image, canvas.scale, canvas.plates
    style, pad = text_style(scale.text_px), scale.pad_px
    left, width = plates.left + 2 * pad, plates.width - 4 * pad
    row_px = style.capital_px + 3 * pad
    rows = min(len(result.categories), (plates.top + plates.height - top_px - 3 * pad - row_px) // row_px)
    if width < row_px or rows < 0:
        return top_px
    plate = Rect(left, top_px, width, pad + (rows + 1) * row_px)
    darken(image, plate)
    _draw_title(image, result, plate, scale)
    for index, category in enumerate(result.categories[:rows]):
        row = Rect(left + pad, top_px + (index + 1) * row_px, width - 2 * pad, row_px)
        settled = result.settled is not None and result.settled.category_name == category.category_name
        _draw_row(image, category, row, style, scale, settled=settled)
    return top_px + plate.height + pad


def _draw_title(image: ImageArray, result: CategoryResult, plate: Rect, scale: Scale) -> None:
    """The task, and the settled label with its mark beside it."""
    style, pad = text_style(scale.small_text_px), scale.pad_px
    baseline = plate.top + pad + pad // 2 + style.capital_px
    left, right = plate.left + pad, plate.left + plate.width - pad
    draw_text(image, result.task, (left, baseline), style, TEXT_MUTED)
    if result.settled is None:
        return
    free_px = right - left - text_width_px(result.task, style) - 3 * pad
    name = fit_text(drawable(_settled_name(result)), style, free_px)
    if name:
        start = right - text_width_px(name, style)
        draw_text(image, name, (start, baseline), style, SETTLED)
        center = (start - pad - pad // 2, baseline - style.capital_px // 2)
        cv2.circle(image, center, max(2, pad // 2), SETTLED, -1, cv2.LINE_AA)


def _settled_name(result: CategoryResult) -> str:
    name = "" if result.settled is None else result.settled.category_name
    return next((_name_of(category) for category in result.categories if category.category_name == name), name)


def _name_of(category: Category) -> str:
    return drawable(category.display_name or category.category_name, category.category_name)


def _draw_row(
    image: ImageArray, category: Category, row: Rect, style: TextStyle, scale: Scale, *, settled: bool
) -> None:
    score = min(1.0, max(0.0, category.score)) if math.isfinite(category.score) else 0.0
    percent = f"{score:.0%}"
    percent_px = text_width_px(percent, style)
    baseline = row.top + scale.pad_px // 2 + style.capital_px
    name = fit_text(_name_of(category), style, row.width - percent_px - scale.pad_px)
    draw_text(image, name, (row.left, baseline), style, TEXT)
    draw_text(image, percent, (row.left + row.width - percent_px, baseline), style, SETTLED if settled else TEXT)
    _draw_bar(
        image, Rect(row.left, baseline + scale.pad_px, row.width, max(2, scale.pad_px // 2)), score, settled=settled
    )


def _draw_bar(image: ImageArray, bar: Rect, score: float, *, settled: bool) -> None:
    fill(image, bar, BAR_TRACK)
    filled_px = round(bar.width * score)
    if filled_px:
        fill(image, replace(bar, width=filled_px), SETTLED if settled else BAR)
