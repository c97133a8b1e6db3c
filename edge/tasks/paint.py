"""Results of all tasks on a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edge.overlay.blending import lay
from edge.tasks.plates import Plates, around
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.overlay.canvas import Canvas
    from edge.types import Result


class ResultsPainter:
    """Draws results of all tasks: on one still, or on the pictures of one run, one after the other.

    It remembers what it drew before, so that what is no longer seen fades; a still takes a painter of its own.
    """

    def __init__(self) -> None:
        self._painters = {name: task.new_painter() for name, task in tasks().items()}
        self._plates = Plates(self._painters)

    def paint(self, canvas: Canvas, results: Sequence[Result]) -> None:
        """Draw results in place: people first, in the camera's picture, then plates of text where they lie.

        A frame's own image must never be written to: paint on a copy. Nothing raises for what lies outside or is not
        finite, it is cut or left out.

        Args:
            canvas: what is painted on.
            results: what was found, at most one of each task.
        """
        people = [result for result in results if self._painters[result.task].SHOWS_PEOPLE]
        others = [result for result in results if not self._painters[result.task].SHOWS_PEOPLE]
        plates = self._plates.of(canvas, others)
        ground = replace(canvas, plates=around(plates, canvas))
        for result in people:
            self._painters[result.task].paint(ground, result, ground.plates.bottom)
        for plate in plates:
            lay(canvas.image, plate.ink, (plate.rect.left, plate.rect.top))
