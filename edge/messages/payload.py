"""Results as the dicts that go on the wire; pure functions, usable without a broker.

Coordinates are rounded to 4 decimals (a tenth of a pixel of a 1080p frame), scores to 3, milliseconds to 1.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from edge.messages.clock import Instant
    from edge.messages.request import Response
    from edge.types import Event, Frame, FrameInfo, Result, Stats, TaskState

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


def of_stream(result: Result, header: Header, said: Payload) -> Payload:
    """The message of a task's result; ``said`` is what its task says of it."""
    return _head(result.task, header) | _origin(result, result.frame, header.published) | said


def stats_payload(stats: Stats, header: Header) -> Payload:
    """The message on how the appliance is doing, see the schema ``stats``."""
    return _head("stats", header) | asdict(stats, dict_factory=_rounded)


def of_state(state: TaskState, header: Header, said: Payload) -> Payload:
    """The message of a task's state; ``said`` is what its task says of it."""
    return _head(f"state/{state.task}", header) | _origin(state, state.frame, header.published) | said


def event_payload(event: Event, header: Header) -> Payload:
    """The message of an event, see the schema ``event``; what an event does not have is left out."""
    names = ("category_name", "count", "reason", "step", "why", "level", "rate_hz")
    optional = {name: getattr(event, name) for name in names}
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


def _origin(what: Result | TaskState | Event, frame: Frame | FrameInfo | None, published: Instant) -> Payload:
    """Frame, model and backend behind a message; there may be no frame behind a state or an event."""
    return {
        "captured_at": None if frame is None else published.rfc3339_of(frame.captured_ns),
        "latency_ms": None if frame is None else round(published.ms_since(frame.captured_ns), 1),
        "frame": None if frame is None else {"number": frame.number, "width": frame.width, "height": frame.height},
        "model": what.model,
        "backend": what.backend,
    }


def _rounded(fields: list[tuple[str, Any]]) -> Payload:
    return {name: _plain(value) for name, value in fields}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return round(value, 2) if isinstance(value, float) else value
