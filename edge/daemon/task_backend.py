"""Where a task is computed, as its stats tell it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.types import Backend


@dataclass(frozen=True, slots=True)
class TaskBackend:
    """``backend`` computes the next frame; ``reason`` says why that is the CPU although it was not asked for, or None.

    ``restarts`` counts how often the process of the task's EdgeTPU had to be started again. ``has_failed``: the CPU
    computes because that EdgeTPU has failed, or because the one that is asked for cannot be had.
    """

    backend: Backend = "cpu"
    reason: str | None = None
    restarts: int = 0
    has_failed: bool = False


ON_THE_CPU = TaskBackend()
"""What nobody wants elsewhere."""
