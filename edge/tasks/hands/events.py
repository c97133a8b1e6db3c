"""What of its results is news: how many hands are there, and the gesture that has settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edge.types import Sight

if TYPE_CHECKING:
    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.hands.result import HandsResult
    from edge.types import Result

SUBJECT = "gesture"
IS_COUNTED = False


def sight(result: Result, _occupancy: Occupancy) -> Sight:
    """The settled gesture, and how many hands are there."""
    own = cast("HandsResult", result)
    return Sight(None if own.settled is None else own.settled.category_name, own.count)


def since_ns(result: Result) -> int:
    """When the gesture settled; of none, when the frame was taken that changed what is seen."""
    settled = cast("HandsResult", result).settled
    return result.frame.captured_ns if settled is None else settled.since_ns
