"""What classification and action find: categories, and the label that has settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.types import Backend, Category, Frame, Settled, TaskName


@dataclass(frozen=True, slots=True)
class CategoryResult:
    """Categories of one frame, best first; ``settled`` is the steady label or None.

    ``warming_up``: the model remembers from frame to frame and has not seen enough yet.
    """

    task: TaskName
    frame: Frame
    model: str
    backend: Backend
    inference_ms: float
    categories: tuple[Category, ...]
    settled: Settled | None
    warming_up: bool = False
