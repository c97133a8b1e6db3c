"""What happens to an EdgeTPU, told one step at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

StepKind: TypeAlias = Literal["ready", "lost", "restart", "reset", "wait", "gone"]
"""``ready``: the models run on it. ``lost``: its worker ended, failed or hung. ``restart``: a worker is started anew.

``reset``: it was reset on the USB. ``wait``: it is left alone for a while. ``gone``: it was unplugged.
"""


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
