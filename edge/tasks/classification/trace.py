"""What a trace holds of classification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.category_trace import (
    RecordedScores,
    ReplayedScores,
    observed_from,
    observed_line,
    traits,
    traits_from,
    traits_line,
)
from edge.types import FULL_FRAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from edge.tasks.classification.observer import ClassificationObserver
    from edge.tasks.common.observer import ScoreObservation
    from edge.tasks.common.tracing import Answers, Recorder, Traits
    from edge.types import Box, Fit, Frame, Rotation

__all__ = [
    "AFTER_MODEL",
    "HOLDS_PICTURES",
    "notes",
    "observed_from",
    "observed_line",
    "recorded",
    "replayed",
    "traits",
    "traits_from",
    "traits_line",
]

AFTER_MODEL = frozenset({"enabled", "score_threshold", "max_results", "allow", "deny", "max_rate_hz"})
HOLDS_PICTURES = False


def recorded(observer: ClassificationObserver, recorder: Recorder) -> ClassificationObserver:
    """The model, with whatever it says noted by ``recorder``."""
    return _Recorded(observer, recorder)


def replayed(answers: Answers, traits: Traits) -> ClassificationObserver:
    """In the place of the model: what it said then."""
    return _Replayed(answers, traits)


def notes(_changed: Collection[str]) -> Iterator[str]:
    """What a replay with such changes cannot know: nothing."""
    yield from ()


class _Recorded(RecordedScores):
    def __init__(self, observer: ClassificationObserver, recorder: Recorder) -> None:
        super().__init__(observer, recorder)
        self.fit, self.region, self.rotate = observer.fit, observer.region, observer.rotate
        self._observer = observer

    def observe(self, frame: Frame) -> ScoreObservation:
        self._observer.fit, self._observer.region, self._observer.rotate = self.fit, self.region, self.rotate
        return super().observe(frame)


class _Replayed(ReplayedScores):
    fit: Fit = "stretch"
    region: Box = FULL_FRAME
    rotate: Rotation = 0
