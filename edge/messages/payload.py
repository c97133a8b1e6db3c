"""Results as the dicts that go on the wire; pure functions, usable without a broker.

Coordinates are rounded to 4 decimals (a tenth of a pixel of a 1080p frame), scores to 3, milliseconds to 1.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from edge.types import PeopleState, PoseResult

if TYPE_CHECKING:
    from edge.messages.clock import Instant
    from edge.messages.request import Response
    from edge.types import (
        Category,
        CategoryResult,
        Event,
        Frame,
        FrameInfo,
        Keypoint,
        Pose,
        Result,
        Settled,
        Stats,
        TaskState,
    )

Payload: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Header:
    """What every message starts with.

    ``run_id`` is a UUID, new at each start of the process; ``seq`` counts from 1 for each topic; ``published`` is the
    moment the message is written.
    """

    device: str
    run_id: str
    seq: int
    published: Instant


def result_payload(result: Result, header: Header) -> Payload:
    """The message of any task's result, see the schemas ``pose``, ``classification`` and ``action``."""
    return pose_payload(result, header) if isinstance(result, PoseResult) else category_payload(result, header)


def pose_payload(result: PoseResult, header: Header) -> Payload:
    """The message of a pose result, see the schema ``pose``."""
    return _stream(result, header) | {"people": [_person(pose) for pose in result.people]}


def category_payload(result: CategoryResult, header: Header) -> Payload:
    """The message of a classification or action result, see the schemas ``classification`` and ``action``."""
    warming_up = {"warming_up": True} if result.warming_up else {}
    return _stream(result, header) | {
        "categories": [_category(category) for category in result.categories],
        "settled": _settled(result.settled, header.published),
        **warming_up,
    }


def stats_payload(stats: Stats, header: Header) -> Payload:
    """The message on how the appliance is doing, see the schema ``stats``."""
    return _head("stats", header) | asdict(stats, dict_factory=_rounded)


def state_payload(state: TaskState, header: Header) -> Payload:
    """The message of a task's state, see the schemas ``state/pose``, ``state/classification`` and ``state/action``."""
    said: Payload
    if isinstance(state, PeopleState):
        said = {"present": state.present, "count": state.count}
    else:
        said = {"settled": _settled(state.settled, header.published)}
    return _head(f"state/{state.task}", header) | _origin(state, state.frame, header.published) | said


def event_payload(event: Event, header: Header) -> Payload:
    """The message of an event, see the schema ``event``; what an event does not have is left out."""
    optional = {"category_name": event.category_name, "count": event.count, "reason": event.reason}
    return (
        _head("event", header)
        | {"id": event.id, "type": event.type, "what": event.what}
        | {name: value for name, value in optional.items() if value is not None}
        | {"since": header.published.rfc3339_of(event.since_ns), "task": event.task}
        | _origin(event, event.frame, header.published)
    )


def response_payload(response: Response, header: Header) -> Payload:
    """The answer to a request, see the schema ``response``."""
    error = response.error
    said: Payload = {"result": dict(response.result or {})}
    if error is not None:
        said = {"error": {"code": error.code, "message": error.message}}
    return _head("response", header) | {"transaction": response.transaction, "ok": error is None} | said


def _head(name: str, header: Header) -> Payload:
    return {
        "schema": f"edge/{name}/1",
        "device": header.device,
        "run_id": header.run_id,
        "seq": header.seq,
        "published_at": header.published.rfc3339(),
    }


def _stream(result: Result, header: Header) -> Payload:
    return _head(result.task, header) | _origin(result, result.frame, header.published)


def _origin(what: Result | TaskState | Event, frame: Frame | FrameInfo | None, published: Instant) -> Payload:
    """Frame, model and backend behind a message; there may be no frame behind a state or an event."""
    return {
        "captured_at": None if frame is None else published.rfc3339_of(frame.captured_ns),
        "latency_ms": None if frame is None else round(published.ms_since(frame.captured_ns), 1),
        "frame": None if frame is None else {"number": frame.number, "width": frame.width, "height": frame.height},
        "model": what.model,
        "backend": what.backend,
    }


def _person(pose: Pose) -> Payload:
    return {
        "id": pose.id,
        "score": round(pose.score, 3),
        "box": {side: round(value, 4) for side, value in asdict(pose.box).items()},
        "keypoints": _keypoints(pose),
    }


def _keypoints(pose: Pose) -> list[Payload]:
    points = [_keypoint(point) for point in pose.named_keypoints()]
    if pose.seen is not None:
        for point, seen in zip(points, pose.seen, strict=True):
            point["visible"] = seen
    return points


def _keypoint(point: Keypoint) -> Payload:
    return {"name": point.name, "x": round(point.x, 4), "y": round(point.y, 4), "score": round(point.score, 3)}


def _category(category: Category) -> Payload:
    return asdict(category) | {"score": round(category.score, 3)}


def _settled(settled: Settled | None, published: Instant) -> Payload | None:
    if settled is None:
        return None
    return {"category_name": settled.category_name, "since": published.rfc3339_of(settled.since_ns)}


def _rounded(fields: list[tuple[str, Any]]) -> Payload:
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in fields}
