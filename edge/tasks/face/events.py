"""What of its results is news: how many faces are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edge.types import Sight

if TYPE_CHECKING:
    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.face.result import FaceResult
    from edge.types import Result

SUBJECT = "face"
IS_COUNTED = True


def sight(result: Result, _occupancy: Occupancy) -> Sight:
    """How many faces are believed to be there."""
    count = cast("FaceResult", result).count
    return Sight(SUBJECT if count else None, count)


def since_ns(result: Result) -> int:
    """A count is of the frame that changed it."""
    return result.frame.captured_ns
