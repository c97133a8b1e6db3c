"""What the messages of hands say: hands with their landmarks, how many there are, and the settled gesture."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

from edge.tasks.common.category_messages import settled, settled_state
from edge.tasks.hands.landmarks import NAMES

if TYPE_CHECKING:
    from edge.messages.clock import Instant
    from edge.messages.payload import Payload
    from edge.tasks.hands.result import Gesture, Hand, Handedness, HandsResult
    from edge.types import FloatArray, Result, TaskState


def stream(result: Result, published: Instant) -> Payload:
    """The fields of a result, see the schema ``hands``."""
    own = cast("HandsResult", result)
    return {"hands": [_hand(hand) for hand in own.hands], "settled": settled(own.settled, published)}


def state(state: TaskState, published: Instant) -> Payload:
    """The fields of a state, see the schema ``state/hands``."""
    count = state.sight.number
    return {
        "present": None if count is None else count > 0,
        "count": count,
        "settled": settled_state(state, published),
    }


def _hand(hand: Hand) -> Payload:
    return {
        "id": hand.id,
        "score": round(hand.score, 3),
        "handedness": _named(hand.handedness),
        "box": {side: round(value, 4) for side, value in asdict(hand.box).items()},
        "keypoints": _places(hand.keypoints),
        "keypoints_3d": _places(hand.keypoints_3d),
        "gesture": None if hand.gesture is None else _named(hand.gesture),
    }


def _named(one: Handedness | Gesture) -> Payload:
    return {"category_name": one.category_name, "score": round(one.score, 3)}


def _places(places: FloatArray) -> list[Payload]:
    return [
        {"name": name, "x": round(x, 4), "y": round(y, 4), "z": round(z, 4)}
        for name, (x, y, z) in zip(NAMES, places.tolist(), strict=True)
    ]
