"""What stands in a trace: a header, then frames, and what each task saw of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from edge.config.settings import Settings
    from edge.tasks.common.tracing import Observed, TracedTask
    from edge.types import ImageArray, TaskName

SCHEMA = "edge/trace/1"


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
    tasks: tuple[TracedTask, ...]
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

    ``thumbnail`` ``(24, 32) uint8`` and ``person`` (whether somebody was there) are what the action model's gate
    asked for, None where it did not ask.
    """

    task: TaskName
    frame: int
    observed: Observed | None = None
    thumbnail: ImageArray | None = None
    person: bool | None = None


Record: TypeAlias = FrameRecord | TaskRecord
