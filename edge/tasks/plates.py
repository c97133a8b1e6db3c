"""Plates of text, drawn when what they say changes and only laid over the pictures in between."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, cast

from edge.overlay.blending import NOTHING, Ink, covered, cut, ink_painted
from edge.overlay.style import Rect
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.overlay.canvas import Canvas
    from edge.tasks.parts import Painter
    from edge.types import ImageArray, Result, TaskName

READABLE_S = 0.2
"""How long a plate stays as it is at least."""
LONGEST_S = 1.0
"""How long it stays at most."""


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
    """A plate as it was drawn at a moment of the stream, for a place."""

    place: object
    said: bytes
    segment: int
    timestamp_ns: int
    plate: Plate

    def holds(self, result: Result, place: object) -> bool:
        """Whether it may stay: in the same place, and either new or right; a painter may change its size with time."""
        if self.place != place or self.segment != result.frame.segment:
            return False
        age_s = (result.frame.timestamp_ns - self.timestamp_ns) / NS_PER_S
        return 0 <= age_s < READABLE_S or (0 <= age_s < LONGEST_S and self.said == _said(result))


class Plates:
    """Draws plates with the painters of their tasks, and keeps each task's last.

    One is drawn anew when it says something else, but never more often than five times a second of the stream's time:
    nobody can read what changes faster, and drawing it costs as much as the people do.
    """

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
        place = (top_px, canvas.plates, canvas.picture, canvas.scale, canvas.mirrored)
        drawn = self._drawn.get(result.task)
        if drawn is None or not drawn.holds(result, place):
            plate, frame = _draw(self._painters[result.task], canvas, result, top_px), result.frame
            drawn = _Drawn(place, _said(result), frame.segment, frame.timestamp_ns, plate)
            self._drawn[result.task] = drawn
        return drawn.plate


def _said(result: Result) -> bytes:
    """All that a result says, without its frame: it comes anew with each view of a monitor."""
    own = cast("Any", result)
    return pickle.dumps([getattr(own, field.name) for field in fields(own) if field.name != "frame"])


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
