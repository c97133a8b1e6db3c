"""What the messages of pose say: people with their keypoints, and how many there are."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from edge.messages.clock import Instant
    from edge.messages.payload import Payload
    from edge.tasks.pose.result import Keypoint, Pose, PoseResult
    from edge.types import Result, TaskState


def stream(result: Result, _published: Instant) -> Payload:
    """The fields of a result, see the schema ``pose``."""
    return {"people": [_person(pose) for pose in cast("PoseResult", result).people]}


def state(state: TaskState, _published: Instant) -> Payload:
    """The fields of a state, see the schema ``state/pose``."""
    count = state.sight.number
    return {"present": None if count is None else count > 0, "count": count}


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
