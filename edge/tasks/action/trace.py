"""What a trace holds of action: beside scores, the small grey pictures by which its gate tells motion and cuts."""

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

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from edge.tasks.action.observer import ActionObserver
    from edge.tasks.common.tracing import Answers, Recorder, Traits
    from edge.types import Frame, ImageArray

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

AFTER_MODEL = frozenset(
    {"enabled", "score_threshold", "max_results", "allow", "deny", "rate_hz", "gate", "gate_hold_s", "warm_up_s"}
)
HOLDS_PICTURES = True
_FED_BY = {"action.rate_hz", "action.gate", "action.gate_hold_s"}


def recorded(observer: ActionObserver, recorder: Recorder) -> ActionObserver:
    """The model, with whatever it says noted by ``recorder``."""
    return _Recorded(observer, recorder)


def replayed(answers: Answers, traits: Traits) -> ActionObserver:
    """In the place of the model: what it said then."""
    return _Replayed(answers, traits)


def notes(changed: Collection[str]) -> Iterator[str]:
    """What a replay with such changes cannot know: what the model would have remembered."""
    if not _FED_BY.isdisjoint(changed):
        yield "action: the model remembers, and it was fed at the recorded rate and gate"


class _Recorded(RecordedScores):
    def __init__(self, observer: ActionObserver, recorder: Recorder) -> None:
        super().__init__(observer, recorder)
        self._observer = observer

    def glance(self, frame: Frame) -> ImageArray:
        thumbnail = self._observer.glance(frame)
        self._recorder.glanced(thumbnail)
        return thumbnail


class _Replayed(ReplayedScores):
    def glance(self, frame: Frame) -> ImageArray:
        del frame
        return self.model.thumbnail()
