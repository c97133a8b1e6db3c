"""Results as the dicts that go on the wire; pure functions, usable without a broker.

Coordinates are rounded to 4 decimals (a tenth of a pixel of a 1080p frame), scores to 3, milliseconds to 1.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from edge.types import PoseResult

if TYPE_CHECKING:
    from edge.mqtt.clock import Instant
    from edge.types import Category, CategoryResult, Keypoint, Pose, Result, Settled, Stats

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


def _head(name: str, header: Header) -> Payload:
    return {
        "schema": f"edge/{name}/1",
        "device": header.device,
        "run_id": header.run_id,
        "seq": header.seq,
        "published_at": header.published.rfc3339(),
    }


def _stream(result: Result, header: Header) -> Payload:
    frame = result.frame
    return _head(result.task, header) | {
        "captured_at": header.published.rfc3339_of(frame.captured_ns),
        "latency_ms": round(header.published.ms_since(frame.captured_ns), 1),
        "frame": {"number": frame.number, "width": frame.width, "height": frame.height},
        "model": result.model,
        "backend": result.backend,
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
