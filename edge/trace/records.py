"""What stands in a trace: a header, then frames, and what each task saw of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.config.sections import Settings
    from edge.tasks.common.tracing import Observed, TracedTask
    from edge.types import TaskName

TRACE_SCHEMA = "edge/trace/1"


@dataclass(frozen=True, slots=True)
class TraceHeader:
    """The first line.

    ``version`` is that of the Edge that recorded. ``wall_ns`` and ``monotonic_ns`` are one moment, the start, in ns
    since 1970 and on the clock of ``captured_ns``. Of the settings a trace holds those that shape results.
    """

    version: str
    device: str
    run_id: str
    wall_ns: int
    monotonic_ns: int
    tasks: tuple[TracedTask[object], ...]
    settings: Settings


@dataclass(frozen=True, slots=True)
class FrameRecord:
    """A frame that the camera delivered, see :class:`edge.types.Frame`; ``has_picture``: there is a JPEG of it."""

    number: int
    segment: int
    timestamp_ns: int
    captured_ns: int
    width: int
    height: int
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One task with one frame; ``observed`` is None where the task left the frame out or had no answer.

    ``again`` are further looks at the frame, in their order. ``side_inputs`` are those it asked for, by name, see
    :mod:`edge.tasks.common.side_inputs`.
    """

    task: TaskName
    frame: int
    observed: Observed[object] | None = None
    side_inputs: Mapping[str, object] = field(default_factory=dict)
    again: tuple[Observed[object], ...] = ()

    @property
    def looks(self) -> tuple[Observed[object], ...]:
        """All looks at the frame, in their order."""
        return () if self.observed is None else (self.observed, *self.again)


Record: TypeAlias = FrameRecord | TaskRecord
