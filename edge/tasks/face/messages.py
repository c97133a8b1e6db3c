"""What the messages of face say: faces with their key points, and how many there are."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from edge.messages.clock import Instant
    from edge.messages.payload import Payload
    from edge.tasks.face.result import Face, FaceResult
    from edge.types import Result, TaskState

_DIGITS = 4
"""A tenth of a thousandth of the frame is less than a pixel of any camera that the appliance takes."""


def stream(result: Result, _published: Instant) -> Payload:
    """The fields of a result, see the schema ``face``."""
    found = cast("FaceResult", result)
    return {"faces": [_face(face, with_mesh=found.publishes_mesh) for face in found.faces]}


def state(state: TaskState, _published: Instant) -> Payload:
    """The fields of a state, see the schema ``state/face``."""
    count = state.sight.number
    return {"present": None if count is None else count > 0, "count": count}


def _face(face: Face, *, with_mesh: bool) -> Payload:
    found: Payload = {
        "id": face.id,
        "score": round(face.score, 3),
        "box": {side: round(value, _DIGITS) for side, value in asdict(face.box).items()},
        "key_points": [
            {"name": name, "x": round(x, _DIGITS), "y": round(y, _DIGITS)} for name, x, y in face.key_points()
        ],
    }
    if with_mesh:
        found["mesh"] = [[round(value, _DIGITS) for value in point] for point in face.mesh.tolist()]
    return found
