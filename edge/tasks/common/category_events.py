"""What of categories is news: the label that has settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edge.types import NOTHING_KNOWN, Sight

if TYPE_CHECKING:
    from edge.tasks.common.category_result import CategoryResult
    from edge.tasks.common.occupancy import Occupancy
    from edge.types import Result


def sight(result: Result, _occupancy: Occupancy) -> Sight:
    """The settled label."""
    settled = cast("CategoryResult", result).settled
    return NOTHING_KNOWN if settled is None else Sight(settled.category_name, 1)


def since_ns(result: Result) -> int:
    """When the label settled; of none, when the frame was taken that ended it."""
    settled = cast("CategoryResult", result).settled
    return result.frame.captured_ns if settled is None else settled.since_ns
