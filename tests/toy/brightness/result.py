"""What brightness finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.types import Backend, Frame, Settled, TaskName


@dataclass(frozen=True, slots=True)
class BrightnessResult:
    """``level`` is 0 for black to 1 for white; ``settled`` is ``dark``, ``dim`` or ``bright`` once that is steady."""

    task: TaskName
    frame: Frame
    model: str
    backend: Backend
    inference_ms: float
    level: float
    settled: Settled | None
