"""What of its results is news: how many people are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.types import Sight

if TYPE_CHECKING:
    from edge.tasks.common.occupancy import Occupancy
    from edge.types import Result

SUBJECT = "person"
IS_COUNTED = True


def sight(_result: Result, occupancy: Occupancy) -> Sight:
    """How many people are believed to be there."""
    count = occupancy.count
    return Sight(SUBJECT if count else None, count)


def since_ns(result: Result) -> int:
    """A count is of the frame that changed it."""
    return result.frame.captured_ns
