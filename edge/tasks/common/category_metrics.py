"""How steady labels are, where nobody knows what is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edge.tasks.common.metrics import NONE, ResultClock, share

if TYPE_CHECKING:
    from edge.tasks.common.category_result import CategoryResult
    from edge.tasks.common.metrics import Row
    from edge.types import Result


class Metrics:
    """Of the results of one task, in order."""

    def __init__(self) -> None:
        self._clock = ResultClock()
        self._best: str | None = None
        self._settled: str | None = None
        self._flips = 0
        self._changes = 0
        self._with_label = 0
        self._first_s: float | None = None

    def take(self, result: Result) -> None:
        """Take in the next result."""
        own = cast("CategoryResult", result)
        self._clock.tick(result.frame)
        best = own.categories[0].category_name if own.categories else None
        settled = own.settled.category_name if own.settled else None
        if self._clock.results > 1:
            self._flips += best != self._best
            self._changes += settled != self._settled
        self._best, self._settled = best, settled
        self._with_label += settled is not None
        if settled is not None and self._first_s is None:
            self._first_s = self._clock.seconds

    def rows(self) -> list[Row]:
        """What there is to say."""
        return [
            ("results", f"{self._clock.results}"),
            ("best label, flips/min", self._clock.a_minute(self._flips)),
            ("settled label, changes/min", self._clock.a_minute(self._changes)),
            ("with a settled label", share(self._with_label, self._clock.results)),
            ("first settled after", NONE if self._first_s is None else f"{self._first_s:.1f} s"),
        ]
