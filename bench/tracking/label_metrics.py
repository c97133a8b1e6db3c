"""How calm and how quick labels are: pure functions on the label of each moment (None: nothing)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Label = int | str | None


def flips_per_minute(labels: Sequence[Label], times_s: Sequence[float]) -> float:
    """Changes of the label a minute; to and from nothing count too."""
    changes = sum(before != after for before, after in pairwise(labels))
    return changes / (times_s[-1] - times_s[0]) * 60


def time_to_settle(labels: Sequence[Label], times_s: Sequence[float], wanted: Label, since_s: float) -> float:
    """Seconds from ``since_s`` until ``wanted`` is the label and stays it to the end; infinite where it never does."""
    settled_s = float("inf")
    for label, time_s in zip(reversed(labels), reversed(times_s), strict=True):
        if label != wanted or time_s < since_s:
            break
        settled_s = time_s
    return settled_s - since_s


def false_events_per_hour(labels: Sequence[Label], truth: Sequence[Label], times_s: Sequence[float]) -> float:
    """Starts of a label that is not the true one at that moment, an hour; nothing is no event."""
    starts = [
        after is not None and after not in {before, true}
        for (before, after), true in zip(pairwise(labels), truth[1:], strict=True)
    ]
    return sum(starts) / (times_s[-1] - times_s[0]) * 3600
