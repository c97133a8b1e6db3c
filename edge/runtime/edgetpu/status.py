"""Where the models of one user run, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.types import Backend


@dataclass(frozen=True, slots=True)
class UserStatus:
    """``backend`` is where the next frame goes, ``reason`` a sentence on why that is no EdgeTPU; None where it is one.

    ``device`` is the EdgeTPU that the user's model has its place on, as ``usb:0``, also while it does not answer; None
    where there is none. ``restarts`` counts how often that one's process was started anew after a loss. ``is_settled``:
    nothing is about to change that.
    """

    backend: Backend
    reason: str | None
    restarts: int
    device: str | None
    is_settled: bool
