"""How steady results are, where nobody knows what is true.

Definitions as in docs/tracking.md, but for the truth: what counts is what the results themselves show, of people and
keypoints that two results in a row have.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edge.types import NS_PER_S, PoseResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge.types import CategoryResult, Frame, Pose, Result, TaskName

_SHOULDERS, _HIPS = [5, 6], [11, 12]
Row: TypeAlias = tuple[str, str]
"""The name of a metric and its value."""
NONE = "-"


class PoseMetrics:
    """Of one task's results, in order."""

    def __init__(self) -> None:
        self._clock = _Clock()
        self._with_people = 0
        self._dropouts = 0
        self._people: dict[int, _Person] = {}

    def take(self, result: PoseResult) -> None:
        """Take in the next result."""
        self._clock.tick(result.frame)
        self._with_people += bool(result.people)
        for pose in result.people:
            person = self._people.setdefault(pose.id, _Person())
            self._dropouts += person.see(pose, result.frame, self._clock.results, goes_on=self._clock.goes_on)

    def rows(self) -> list[Row]:
        """What there is to say."""
        return [
            ("results", f"{self._clock.results}"),
            ("with somebody", _share(self._with_people, self._clock.results)),
            ("people (ids)", f"{len(self._people)}"),
            ("jitter, torsos", _rms([person.jitter for person in self._people.values()])),
            ("shake, torsos", _rms([person.shake for person in self._people.values()])),
            ("dropouts/min", self._clock.a_minute(self._dropouts)),
        ]


class CategoryMetrics:
    """Of one task's results, in order."""

    def __init__(self) -> None:
        self._clock = _Clock()
        self._best: str | None = None
        self._settled: str | None = None
        self._flips = 0
        self._changes = 0
        self._with_label = 0
        self._first_s: float | None = None

    def take(self, result: CategoryResult) -> None:
        """Take in the next result."""
        self._clock.tick(result.frame)
        best = result.categories[0].category_name if result.categories else None
        settled = result.settled.category_name if result.settled else None
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
            ("with a settled label", _share(self._with_label, self._clock.results)),
            ("first settled after", NONE if self._first_s is None else f"{self._first_s:.1f} s"),
        ]


class Metrics:
    """Of all tasks' results, each task's in order."""

    def __init__(self) -> None:
        self._pose = PoseMetrics()
        self._categories: dict[TaskName, CategoryMetrics] = {}

    def take(self, result: Result) -> None:
        """Take in the next result."""
        if isinstance(result, PoseResult):
            self._pose.take(result)
        else:
            self._categories.setdefault(result.task, CategoryMetrics()).take(result)

    def rows(self, task: TaskName) -> list[Row]:
        """What there is to say of one task."""
        return self._pose.rows() if task == "pose" else self._categories.get(task, CategoryMetrics()).rows()


class _Clock:
    """Counts results and media time; a restart of the source takes no time."""

    def __init__(self) -> None:
        self.results = 0
        self.goes_on = False
        """Whether the present result continues the one before."""
        self._frame: Frame | None = None
        self._ns = 0

    @property
    def seconds(self) -> float:
        return self._ns / NS_PER_S

    def tick(self, frame: Frame) -> None:
        before, self._frame = self._frame, frame
        self.results += 1
        self.goes_on = before is not None and before.segment == frame.segment
        if before is not None and self.goes_on:
            self._ns += frame.timestamp_ns - before.timestamp_ns

    def a_minute(self, count: int) -> str:
        return f"{count / self.seconds * 60:.1f}" if self._ns else NONE


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
    seen: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(17, np.bool_))
    step_seen: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(17, np.bool_))
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
        seen = np.ones(17, np.bool_) if pose.seen is None else np.array(pose.seen)
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


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else NONE
