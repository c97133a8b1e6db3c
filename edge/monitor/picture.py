"""The whole picture of the screen, made from a view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.monitor.cards import place_cards, place_notes
from edge.monitor.ground import MARGIN, draw_ground
from edge.monitor.layout import regions_of, sizes_of
from edge.monitor.notices import notices_of
from edge.monitor.panels import draw_panel
from edge.monitor.placed_text import PlacedText, width_px, wrapped
from edge.monitor.status_bar import draw_bar, lay_bar
from edge.monitor.status_words import words_of
from edge.overlay.blending import lay
from edge.overlay.canvas import Canvas
from edge.overlay.style import TEXT_MUTED, Rect, fill, part_of, scale_of
from edge.tasks.paint import ResultsPainter
from edge.types import i420_planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.monitor.cards import Panel
    from edge.monitor.layout import Regions, Sizes
    from edge.monitor.notices import Notices
    from edge.monitor.view import Picture, View
    from edge.types import ImageArray

SMALLEST = (320, 240)
"""Below that text cannot be laid out: the picture is made in a larger size and shrunk."""
_MOST_FACTOR = 4
"""No larger than that, for a window may be a line of a pixel: then what is shown of it is no more in proportion."""
_WORD = 1.6
"""Capitals of the word in place of a picture, in those of other text."""


@dataclass(frozen=True, slots=True)
class Scenery:
    """What stays from picture to picture: where things lie, and what is drawn over them.

    ``plates`` is what is left for plates.
    """

    regions: Regions
    plates: Rect
    word: tuple[PlacedText, ...]
    panels: tuple[Panel, ...]


class ScreenPainter:
    """Makes one picture after the other for a screen, in a buffer of its own.

    Bar and notices are drawn when what they say changes, and only copied in between; people and plates are drawn by the
    painters of their tasks, which remember what they drew before.
    """

    def __init__(self) -> None:
        self._screen = np.zeros((1, 1, 3), np.uint8)
        self._shrunk = np.zeros((1, 1, 3), np.uint8)
        self._unmirrored = np.zeros((1, 1, 3), np.uint8)
        self._planes = np.zeros((0, 0), np.uint8)
        self._results = ResultsPainter()
        self._laid_bars = lru_cache(maxsize=2)(lay_bar)
        self._sceneries = lru_cache(maxsize=2)(scenery_of)
        self._drawn_bars = lru_cache(maxsize=2)(draw_bar)
        self._panels = lru_cache(maxsize=16)(draw_panel)
        self._grounds = lru_cache(maxsize=2)(draw_ground)

    def paint(self, view: View, size: tuple[int, int]) -> ImageArray:
        """A view as a screen of ``(width, height)`` pixels shows it.

        Returns:
            ``(height, width, 3) uint8`` RGB, C-contiguous: a buffer that the next call paints anew.
        """
        painted = _size_for_text(size)
        screen = self._paint(view, painted)
        if painted == size:
            return screen
        self._shrunk = _sized(self._shrunk, size)
        return np.asarray(cv2.resize(screen, size, dst=self._shrunk, interpolation=cv2.INTER_AREA), np.uint8)

    def _paint(self, view: View, size: tuple[int, int]) -> ImageArray:
        self._screen = screen = _sized(self._screen, size)
        picture_size = None if view.picture is None else (view.picture.width, view.picture.height)
        bar = self._laid_bars(words_of(view.status), size)
        scenery = self._sceneries(
            notices_of(view), bar.height_px, picture_size, size, has_plates=bool(view.status.tasks)
        )
        regions, sizes = scenery.regions, sizes_of(size)
        if view.picture is None:
            part_of(screen, regions.main)[:] = self._grounds(regions.main.width, regions.main.height)
            for text in scenery.word:
                text.draw(screen)
        else:
            for rect in _around(regions):
                fill(screen, rect, MARGIN)
            self._show(view.picture, part_of(screen, regions.picture), mirrored=view.mirrored)
            canvas = canvas_of(screen, scenery, sizes, mirrored=view.mirrored, silhouettes=view.silhouettes)
            self._results.paint(canvas, view.results)
        for panel in scenery.panels:
            lay(screen, self._panels(panel, sizes.pad_px), (panel.rect.left, panel.rect.top))
        part_of(screen, regions.bar)[:] = self._drawn_bars(bar, size[0])[: regions.bar.height]
        return screen

    def _show(self, picture: Picture, part: ImageArray, *, mirrored: bool) -> None:
        """Bring the camera's picture, or the ground for figures, into its place."""
        height, width = part.shape[:2]
        if picture.image is None:
            part[:] = self._grounds(width, height)
            return
        target = part
        if mirrored:
            target = self._unmirrored = _sized(self._unmirrored, (width, height))
        if picture.pixel_format == "i420":
            self._show_i420(picture.image, target)
        else:
            cv2.resize(picture.image, (width, height), dst=target, interpolation=cv2.INTER_LINEAR)
        if mirrored:
            cv2.flip(target, 1, dst=part)

    def _show_i420(self, image: ImageArray, target: ImageArray) -> None:
        """Resize each plane and make RGB of the result: half the work of resizing RGB. ``target`` has even sides."""
        height, width = target.shape[:2]
        if self._planes.shape != (height * 3 // 2, width):
            self._planes = np.zeros((height * 3 // 2, width), np.uint8)
        for plane, resized in zip(i420_planes(image), i420_planes(self._planes), strict=True):
            cv2.resize(plane, resized.shape[::-1], dst=resized, interpolation=cv2.INTER_LINEAR)
        cv2.cvtColor(self._planes, cv2.COLOR_YUV2RGB_I420, dst=target)


def _size_for_text(size: tuple[int, int]) -> tuple[int, int]:
    """The size that a screen of ``(width, height)`` pixels is laid out in: its own, where text has room in it."""
    factor = min(_MOST_FACTOR, max(1.0, SMALLEST[0] / size[0], SMALLEST[1] / size[1]))
    return max(SMALLEST[0], round(size[0] * factor)), max(SMALLEST[1], round(size[1] * factor))


def scenery_of(
    notices: Notices, bar_px: int, picture_size: tuple[int, int] | None, size: tuple[int, int], *, has_plates: bool
) -> Scenery:
    """Lay out a screen of ``(width, height)`` pixels over a bar of this height, with a picture of this size or none."""
    sizes = sizes_of(size)
    regions = regions_of(size, bar_px, picture_size or size, has_plates=has_plates)
    main, word = regions.main, tuple[PlacedText, ...]()
    area = main
    if picture_size is not None:
        left = min(regions.picture.left, regions.plates.width)
        area = Rect(left, 0, main.width - left, main.height)
    notes = place_notes(notices.notes, area, sizes)
    if notes:
        area = replace(area, height=max(1, min(panel.rect.top for panel in notes) - area.top))
    if notices.word:
        word = _placed_word(notices.word, area, sizes, is_alone=not notices.cards)
        below = word[-1].rect.bottom
        area = replace(area, top=below, height=max(1, area.bottom - below))
    panels = (*notes, *place_cards(notices.cards, area, sizes, centred=picture_size is None))
    return Scenery(regions, _above(regions.plates, panels), word, panels)


def _above(plates: Rect, panels: Sequence[Panel]) -> Rect:
    """As much of the room for plates as lies above all panels that reach into it."""
    tops = [panel.rect.top for panel in panels if panel.rect.overlaps(plates)]
    return replace(plates, height=min([plates.height, *tops]))


def _placed_word(word: str, area: Rect, sizes: Sizes, *, is_alone: bool) -> tuple[PlacedText, ...]:
    """In the middle of an area, or near its top where cards come below."""
    capital_px = round(_WORD * sizes.capital_px)
    line_px = 2 * capital_px
    lines = wrapped(word, capital_px, area.width - 2 * sizes.pad_px)
    top_px = area.top + ((area.height - len(lines) * line_px) // 2 if is_alone else sizes.pad_px)
    return tuple(
        PlacedText(
            line,
            area.left + (area.width - width_px(line, capital_px)) // 2,
            top_px + index * line_px + (line_px + capital_px) // 2,
            capital_px,
            TEXT_MUTED,
        )
        for index, line in enumerate(lines)
    )


def canvas_of(
    screen: ImageArray, scenery: Scenery, sizes: Sizes, *, mirrored: bool, silhouettes: bool = False
) -> Canvas:
    """What tasks paint on: all above the bar, with text for the screen and lines for the picture."""
    regions, plates = scenery.regions, scenery.plates
    lines = scale_of(regions.picture.width, regions.picture.height)
    scale = replace(
        lines,
        pad_px=max(3, sizes.capital_px // 2),
        small_text_px=float(sizes.capital_px),
        text_px=float(sizes.capital_px),
    )
    return Canvas(screen[: regions.main.height], regions.picture, plates, scale, mirrored, silhouettes)


def _around(regions: Regions) -> tuple[Rect, ...]:
    """What is beside the picture, and above and below it; none of them empty."""
    main, picture = regions.main, regions.picture
    right, bottom = picture.right, picture.bottom
    rects = (
        Rect(0, 0, picture.left, main.height),
        Rect(right, 0, main.width - right, main.height),
        Rect(picture.left, 0, picture.width, picture.top),
        Rect(picture.left, bottom, picture.width, main.height - bottom),
    )
    return tuple(rect for rect in rects if rect.width and rect.height)


def _sized(buffer: ImageArray, size: tuple[int, int]) -> ImageArray:
    """``buffer`` where it has room for ``(width, height)`` pixels exactly, else a new one."""
    shape = (size[1], size[0], 3)
    return buffer if buffer.shape == shape else np.zeros(shape, np.uint8)
