"""Plates of text, drawn when what they say changes and only laid over the pictures in between."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from edge.overlay.blending import NOTHING, Ink, covered, cut, ink_painted
from edge.overlay.style import Rect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.overlay.canvas import Canvas
    from edge.tasks.parts import Painter
    from edge.types import ImageArray, Result, TaskName


@dataclass(frozen=True, slots=True, eq=False)
class Plate:
    """A plate of text: where on the canvas it lies, of no size where there was no room, and how it looks.

    ``next_top_px`` is the row where the next one may begin.
    """

    rect: Rect
    ink: Ink
    next_top_px: int


@dataclass(frozen=True, slots=True)
class _Drawn:
    key: object
    plate: Plate


class Plates:
    """Draws plates with the painters of their tasks, and keeps each task's last."""

    def __init__(self, painters: Mapping[TaskName, Painter]) -> None:
        self._painters = painters
        self._drawn: dict[TaskName, _Drawn] = {}

    def of(self, canvas: Canvas, results: Sequence[Result]) -> list[Plate]:
        """The plates of these results, one below the other where the canvas has room for them."""
        plates: list[Plate] = []
        top_px = canvas.plates.top + 2 * canvas.scale.pad_px
        for result in results:
            plates.append(self._plate(canvas, result, top_px))
            top_px = plates[-1].next_top_px
        return plates

    def _plate(self, canvas: Canvas, result: Result, top_px: int) -> Plate:
        key = (_said(result), top_px, canvas.plates, canvas.picture, canvas.scale, canvas.mirrored)
        drawn = self._drawn.get(result.task)
        if drawn is None or drawn.key != key:
            drawn = self._drawn[result.task] = _Drawn(key, _draw(self._painters[result.task], canvas, result, top_px))
        return drawn.plate


def _said(result: Result) -> bytes:
    """All that a result says and of what moment, without the picture: it comes anew with each view of a monitor."""
    own = cast("Any", result)
    said = [getattr(own, field.name) for field in fields(own) if field.name != "frame"]
    return pickle.dumps((result.frame.segment, result.frame.timestamp_ns, said))


def _draw(painter: Painter, canvas: Canvas, result: Result, top_px: int) -> Plate:
    size = max(0, canvas.plates.bottom - top_px), max(0, canvas.plates.width)
    next_px = 0

    def paint(image: ImageArray) -> None:
        nonlocal next_px
        next_px = painter.paint(canvas.for_plates_below(top_px, image), result, 0)

    ink = ink_painted(size, paint) if all(size) else NOTHING
    part = covered(ink)
    return Plate(part.moved(canvas.plates.left, top_px), cut(ink, part), top_px + next_px)


def around(plates: Sequence[Plate], canvas: Canvas) -> Rect:
    """What plates cover together; of no size where there are none."""
    rects = [plate.rect for plate in plates if plate.rect.width and plate.rect.height]
    if not rects:
        return Rect(canvas.plates.left, canvas.plates.top, 0, 0)
    left, top = min(rect.left for rect in rects), min(rect.top for rect in rects)
    return Rect(left, top, max(rect.right for rect in rects) - left, max(rect.bottom for rect in rects) - top)
