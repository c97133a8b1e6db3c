"""Results of all tasks on a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.overlay.style import scale_of
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.types import ImageArray, Result


def paint(image: ImageArray, results: Sequence[Result]) -> None:
    """Draw results on a picture in place: people first, then plates of text down the left side.

    A frame's own image must never be written to: paint on a copy. Nothing raises for what lies outside the picture or
    is not finite, it is cut or left out.

    Args:
        image: ``(H, W, 3) uint8`` RGB, C-contiguous.
        results: what was found, at most one of each task.
    """
    scale = scale_of(image.shape[1], image.shape[0])
    known = tasks()
    top_px = 2 * scale.pad_px
    for result in sorted(results, key=lambda one: not known[one.task].painter.SHOWS_PEOPLE):
        top_px = known[result.task].painter.paint(image, result, scale, top_px)
