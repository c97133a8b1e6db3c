"""The contact sheet: pictures from over the run, each with its time and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.overlay.style import SETTLED, TEXT, TEXT_MUTED
from edge.overlay.text import draw_text, fit_text, text_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.demo.gallery import GalleryPicture
    from edge.demo.scenario import Scenario
    from edge.overlay.style import Color
    from edge.types import ImageArray

COLUMNS = 4
ROWS = 3
_GAP_PX = 10
_STRIP_PX = 50
_BACKGROUND: Color = (24, 26, 32)


def draw_sheet(pictures: Sequence[GalleryPicture], scenario: Scenario) -> ImageArray:
    """The sheet as ``(H, W, 3) uint8`` RGB; at most ``COLUMNS * ROWS`` pictures of one size, at least one.

    Below each stands its time, what the scene shows there, and in green what Edge made of it.
    """
    height, width = pictures[0].image.shape[:2]
    rows = -(-len(pictures) // COLUMNS)
    cell_height, cell_width = height + _STRIP_PX + _GAP_PX, width + _GAP_PX
    sheet = np.full((rows * cell_height + _GAP_PX, COLUMNS * cell_width + _GAP_PX, 3), _BACKGROUND, np.uint8)
    for number, picture in enumerate(pictures):
        row, column = divmod(number, COLUMNS)
        top, left = _GAP_PX + row * cell_height, _GAP_PX + column * cell_width
        sheet[top : top + height, left : left + width] = picture.image
        _write(sheet, picture, scenario, (left, top + height), width)
    return sheet


def found_words(picture: GalleryPicture) -> str:
    """What Edge found, in words: the settled labels, and how many people it drew."""
    labels = ", ".join(picture.labels) or "nothing settled"
    return f"{labels} ({', '.join(picture.drawn)})" if picture.drawn else labels


def _write(sheet: ImageArray, picture: GalleryPicture, scenario: Scenario, corner: tuple[int, int], width: int) -> None:
    left, top = corner
    style = text_style(11)
    clock = f"{picture.time_s:.1f} s"
    draw_text(sheet, clock, (left, top + 18), style, TEXT)
    caption = fit_text(f"scene: {scenario.caption(picture.time_s)}", style, width - 80)
    draw_text(sheet, caption, (left + 80, top + 18), style, TEXT_MUTED)
    draw_text(sheet, fit_text(found_words(picture), style, width), (left, top + 40), style, SETTLED)
