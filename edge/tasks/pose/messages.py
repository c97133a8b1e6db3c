"""What the messages of pose say: people with their keypoints, and how many there are."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from edge.tasks.pose.landmarks import NAMES

if TYPE_CHECKING:
    from edge.messages.clock import Instant
    from edge.messages.payload import Payload
    from edge.tasks.pose.landmarks import Landmarks
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
        **(_landmarks(pose.landmarks) if pose.landmarks else {}),
    }


def _keypoints(pose: Pose) -> list[Payload]:
    points = [_keypoint(point) for point in pose.named_keypoints()]
    if pose.seen is not None:
        for point, seen in zip(points, pose.seen, strict=True):
            point["visible"] = seen
    return points


def _keypoint(point: Keypoint) -> Payload:
    return {"name": point.name, "x": round(point.x, 4), "y": round(point.y, 4), "score": round(point.score, 3)}


def _landmarks(landmarks: Landmarks) -> Payload:
    points, world = landmarks.points.tolist(), landmarks.world.tolist()
    return {
        "landmarks": [
            {"name": name, **_place(x, y, z), "visibility": round(visibility, 3), "presence": round(presence, 3)}
            for name, (x, y, z, visibility, presence) in zip(NAMES, points, strict=True)
        ],
        "landmarks_3d": [{"name": name, **_place(*place)} for name, place in zip(NAMES, world, strict=True)],
    }


def _place(x: float, y: float, z: float) -> Payload:
    return {"x": round(x, 4), "y": round(y, 4), "z": round(z, 4)}
