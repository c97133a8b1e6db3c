"""How steady the results of brightness are."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from edge.tasks.common.metrics import NONE, ResultClock

if TYPE_CHECKING:
    from edge.tasks.common.metrics import Row
    from edge.types import Result

    from .result import BrightnessResult


class Metrics:
    """Of results in order."""

    def __init__(self) -> None:
        self._clock = ResultClock()
        self._sum = 0.0

    def take(self, result: Result) -> None:
        """Take in the next result."""
        self._clock.tick(result.frame)
        self._sum += cast("BrightnessResult", result).level

    def rows(self) -> list[Row]:
        """What there is to say."""
        count = self._clock.results
        return [("results", f"{count}"), ("level, mean", f"{self._sum / count:.2f}" if count else NONE)]
