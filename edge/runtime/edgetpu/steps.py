"""What happens to an EdgeTPU, told one step at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.types import StepKind


@dataclass(frozen=True, slots=True)
class Step:
    """One step; ``users`` are those whose models were to run on ``device`` (as ``usb:0``) then.

    ``why`` is a sentence, of ``ready`` how long it took; ``at_ns`` lies on ``time.monotonic_ns``.
    """

    kind: StepKind
    device: str
    users: tuple[str, ...]
    why: str
    at_ns: int
