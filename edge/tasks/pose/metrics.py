"""How steady people are, where nobody knows what is true.

Definitions as in docs/tracking.md, but for the truth: what counts is what the results themselves show, of people and
keypoints that two results in a row have.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

import numpy as np

from edge.tasks.common.metrics import NONE, ResultClock, share
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge.tasks.common.metrics import Row
    from edge.tasks.pose.result import Pose, PoseResult
    from edge.types import Frame, Result

_SHOULDERS, _HIPS = list(COCO_17.shoulders), list(COCO_17.hips)
_KEYPOINTS = len(COCO_17.names)


class Metrics:
    """Of the results of pose, in order."""

    def __init__(self) -> None:
        self._clock = ResultClock()
        self._with_people = 0
        self._dropouts = 0
        self._people: dict[int, _Person] = {}

    def take(self, result: Result) -> None:
        """Take in the next result."""
        people = cast("PoseResult", result).people
        self._clock.tick(result.frame)
        self._with_people += bool(people)
        for pose in people:
            person = self._people.setdefault(pose.id, _Person())
            self._dropouts += person.see(pose, result.frame, self._clock.results, goes_on=self._clock.goes_on)

    def rows(self) -> list[Row]:
        """What there is to say."""
        return [
            ("results", f"{self._clock.results}"),
            ("with somebody", share(self._with_people, self._clock.results)),
            ("people (ids)", f"{len(self._people)}"),
            ("jitter, torsos", _rms([person.jitter for person in self._people.values()])),
            ("shake, torsos", _rms([person.shake for person in self._people.values()])),
            ("dropouts/min", self._clock.a_minute(self._dropouts)),
        ]


@dataclass(slots=True)
class _Squares:
    """A mean square in the making."""

    total: float = 0.0
    count: int = 0

    def add(self, vectors: NDArray[np.float64]) -> None:
        self.total += float((vectors**2).sum())
        self.count += len(vectors)


@dataclass(slots=True)
class _Person:
    """The last two results of a person, and what came of all of them; squares are of pixels."""

    number: int = 0
    places: NDArray[np.float64] | None = None
    step: NDArray[np.float64] | None = None
    seen: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(_KEYPOINTS, np.bool_))
    step_seen: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(_KEYPOINTS, np.bool_))
    torsos_px: list[float] = field(default_factory=list)
    steps: _Squares = field(default_factory=_Squares)
    bends: _Squares = field(default_factory=_Squares)

    @property
    def jitter(self) -> tuple[_Squares, float]:
        return self.steps, statistics.median(self.torsos_px)

    @property
    def shake(self) -> tuple[_Squares, float]:
        return self.bends, statistics.median(self.torsos_px)

    def see(self, pose: Pose, frame: Frame, number: int, *, goes_on: bool) -> int:
        """Take in the person in result ``number``; how many keypoints that were visible in the one before are not."""
        places = pose.keypoints[:, :2].astype(np.float64) * (frame.height, frame.width)
        seen = np.ones(_KEYPOINTS, np.bool_) if pose.seen is None else np.array(pose.seen)
        torso = places[_SHOULDERS].mean(axis=0) - places[_HIPS].mean(axis=0)
        self.torsos_px.append(math.hypot(*torso))
        dropouts, step, step_seen = 0, None, seen
        if self.places is not None and goes_on and self.number == number - 1:
            dropouts = int((self.seen & ~seen).sum())
            step, step_seen = places - self.places, self.seen & seen
            self.steps.add(step[step_seen])
            if self.step is not None:
                self.bends.add((step - self.step)[step_seen & self.step_seen])
        self.number, self.places, self.step, self.seen, self.step_seen = number, places, step, seen, step_seen
        return dropouts


def _rms(people: list[tuple[_Squares, float]]) -> str:
    """The root of the mean square over all people, each in torsos of their own."""
    usable = [(squares, torso_px) for squares, torso_px in people if squares.count and torso_px > 0]
    if not usable:
        return NONE
    total = sum(squares.total / torso_px**2 for squares, torso_px in usable)
    return f"{math.sqrt(total / sum(squares.count for squares, _ in usable)):.4f}"
