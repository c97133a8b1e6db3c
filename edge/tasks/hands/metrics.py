"""How steady hands are, where nobody knows what is true."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

import numpy as np

from edge.tasks.common.metrics import NONE, ResultClock, share
from edge.tasks.hands.duplicates import palm_px

if TYPE_CHECKING:
    from edge.tasks.common.metrics import Row
    from edge.tasks.hands.result import Hand, HandsResult
    from edge.types import Frame, Result


class Metrics:
    """Of the results of hands, in order; a step is one of a landmark from one result to the next, in palms."""

    def __init__(self) -> None:
        self._clock = ResultClock()
        self._with_hands = self._side_changes = self._gesture_changes = 0
        self._ids: set[int] = set()
        self._before: dict[int, Hand] = {}
        self._settled: str | None = None
        self._squares: list[float] = []

    def take(self, result: Result) -> None:
        """Take in the next result."""
        own = cast("HandsResult", result)
        self._clock.tick(own.frame)
        self._with_hands += bool(own.hands)
        before = self._before if self._clock.goes_on else {}
        for hand in own.hands:
            self._ids.add(hand.id)
            if hand.id in before:
                self._compare(before[hand.id], hand, own.frame)
        settled = own.settled.category_name if own.settled else None
        self._gesture_changes += self._clock.results > 1 and settled != self._settled
        self._before, self._settled = {hand.id: hand for hand in own.hands}, settled

    def rows(self) -> list[Row]:
        """What there is to say."""
        steps = f"{math.sqrt(sum(self._squares) / len(self._squares)):.4f}" if self._squares else NONE
        return [
            ("results", f"{self._clock.results}"),
            ("with a hand", share(self._with_hands, self._clock.results)),
            ("hands (ids)", f"{len(self._ids)}"),
            ("jitter, palms", steps),
            ("other side/min", self._clock.a_minute(self._side_changes)),
            ("settled gesture, changes/min", self._clock.a_minute(self._gesture_changes)),
        ]

    def _compare(self, before: Hand, hand: Hand, frame: Frame) -> None:
        self._side_changes += before.handedness.category_name != hand.handedness.category_name
        size = np.array((frame.width, frame.height))
        steps = (hand.keypoints[:, :2] - before.keypoints[:, :2]) * size
        palm = palm_px(hand.keypoints, frame.size)
        if palm > 0:
            self._squares.append(float((steps**2).sum(axis=1).mean()) / palm**2)
