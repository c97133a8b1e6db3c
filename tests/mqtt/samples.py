"""Results, stats and schema checks shared by the tests of this room."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from jsonschema import Draft202012Validator, FormatChecker

from edge.messages.clock import Instant
from edge.tasks.common.category_result import CategoryResult
from edge.tasks.pose.result import Pose, PoseResult
from edge.tasks.schema import load_schema
from edge.types import (
    NOTHING_KNOWN,
    Box,
    CameraStats,
    Category,
    EdgeTpuStats,
    Event,
    FrameInfo,
    GovernorStats,
    MonitorStats,
    MqttStats,
    Percentiles,
    Settled,
    Sight,
    Stats,
    TaskState,
    TaskStats,
)
from tests.support import make_frame

if TYPE_CHECKING:
    from edge.types import EndReason, EventType, StepKind, TaskName

EVENT_ID = "01J0000000ABCDEFGHJKMNPQRS"
RUN_ID = str(uuid.UUID(int=7))
EIGHT_O_CLOCK = Instant(wall_ns=1_777_622_400_041_000_000, monotonic_ns=5_000_000_000)
"""2026-05-01T08:00:00.041Z, 5 s after this machine started."""


def pose_result(*, people: int = 1, time_s: float = 4.962) -> PoseResult:
    points = np.linspace(0, 1, 51, dtype=np.float32).reshape(17, 3)
    pose = Pose(3, 0.7123456, Box(0.3123456, 0.125, 0.27, 0.8), points)
    return PoseResult(make_frame(number=12, time_s=time_s), "movenet-lightning", "cpu", 21.5, (pose,) * people)


def category_result(
    task: Literal["classification", "action"] = "action", *, score: float = 0.81234, settled: bool = True
) -> CategoryResult:
    categories = (Category(204, score, "squat", "Squats"), Category(7, 0.1, "yoga", "Yoga"))
    since = Settled("squat", 2_000_000_000) if settled else None
    frame = make_frame(number=12, time_s=4.962)
    return CategoryResult(task, frame, "movinet-a0", "edgetpu", 8.0, categories, since)


FRAME = FrameInfo(number=12, width=640, height=480, captured_ns=4_962_000_000)


def people_state(count: int | None = 2) -> TaskState:
    """``count`` people; None: nobody looks."""
    if count is None:
        return TaskState("pose", None, "movenet-lightning", None)
    return TaskState("pose", FRAME, "movenet-lightning", "cpu", Sight("person" if count else None, count))


def label_state(task: TaskName = "action", *, name: str | None = "squat", frame: FrameInfo | None = FRAME) -> TaskState:
    return TaskState(task, frame, "movinet-a0", "edgetpu", Sight(name, 1) if name else NOTHING_KNOWN, 2_000_000_000)


def label_event(type_: EventType = "start", reason: EndReason | None = None) -> Event:
    return Event(EVENT_ID, type_, "action", 2_000_000_000, "action", FRAME, "movinet-a0", "cpu", "squat", reason=reason)


def people_event(type_: EventType = "start", count: int = 1, reason: EndReason | None = None) -> Event:
    frame = None if reason == "unseen" else FRAME
    return Event(
        EVENT_ID, type_, "person", 2_000_000_000, "pose", frame, "movenet-lightning", "cpu", count=count, reason=reason
    )


def fallback_event(type_: EventType = "start", step: StepKind = "lost", why: str = "it was unplugged") -> Event:
    reason: EndReason | None = "over" if type_ == "end" else None
    names = (EVENT_ID, type_, "fallback", 2_000_000_000, "pose", None, "movenet-lightning")
    return Event(*names, "edgetpu" if type_ == "end" else "cpu", reason=reason, step=step, why=why)


def governed_event(type_: EventType = "start", level: int = 1, rate_hz: float | None = 15.0) -> Event:
    reason: EndReason | None = "over" if type_ == "end" else None
    names = (EVENT_ID, type_, "governed", 2_000_000_000, "pose", None, "movenet-thunder")
    return Event(*names, "cpu", reason=reason, why="the processor is hot", level=level, rate_hz=rate_hz)


def stats() -> Stats:
    task = TaskStats(
        *("starter-pose", "movenet-lightning", "cpu", 14.98765, 900, 450, 450, Percentiles(20.123, 25.0, 31.0), None),
        backend_reason="no EdgeTPU is attached",
        restarts=2,
    )
    return Stats(
        version="0.1.0",
        uptime_s=61.23456,
        tasks={"pose": task},
        camera=CameraStats("video:clip.mp4", "running", 29.97, 900, error=None),
        mqtt=MqttStats(connected=True, published=449, dropped=1, reconnects=0, events_waiting=2, events_dropped=1),
        memory_mb=210.5,
        load=1.25,
        temperature_c=None,
        throttled=False,
        config_error=None,
        score_thresholds={"pose": 0.25},
        monitor=MonitorStats("showing", 14.98765, Percentiles(40.123, 52.0, 60.0)),
        edgetpus=(EdgeTpuStats("pci:0", "/sys/class/apex/apex_0", "ready", 29.98765, 51.234, 2, None),),
        governor=GovernorStats(
            2, ("temperature",), idle=False, rates_hz={"pose": 15.0}, models={"pose": "movenet-lightning"}
        ),
    )


def check(name: str, payload: Any) -> None:
    """Hold a payload of ours against its schema, closed: every field we send is documented."""
    validator(closed(load_schema(name))).validate(payload)


def validator(schema: Any) -> Any:
    return Draft202012Validator(schema, format_checker=FormatChecker())


def closed(schema: Any) -> Any:
    """The same schema with no fields allowed beside those it names."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tight = {key: closed(value) for key, value in schema.items()}
    return {"additionalProperties": False, **tight} if tight.get("type") == "object" else tight
