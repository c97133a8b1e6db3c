"""What a trace holds of a classifier: its labels, and the scores of each frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.fields import get, get_words
from edge.base.packing import pack_floats, unpack_floats
from edge.runtime.labels import Labels
from edge.tasks.common.observer import ScoreObservation
from edge.tasks.common.tracing import Traits

if TYPE_CHECKING:
    from edge.base.fields import Line
    from edge.tasks.common.observer import ScoreObserver
    from edge.tasks.common.tracing import Answers, Observed, Recorder, TracedTask
    from edge.types import FloatArray, Frame


def traits(observer: ScoreObserver) -> Traits:
    """Its labels."""
    return Traits(observer.labels)


def traits_line(traits: Traits) -> Line:
    """What the header says of the model."""
    labels = traits.labels
    if labels is None:
        return {}
    return {"category_names": labels.category_names, "display_names": labels.display_names}


def traits_from(line: Line) -> Traits:
    """The same from a header; raises ``ValueError`` where it is none."""
    labels = Labels(get_words(line, "category_names"), get_words(line, "display_names"))
    if not labels.category_names or len(labels.category_names) != len(labels.display_names):
        raise ValueError(f"the labels of {line['name']} are not as many as their display names")
    return Traits(labels)


def observed_line(observed: Observed) -> Line:
    """What a line says of an observation, beside what all have."""
    return {"scores": pack_floats(observed.values)}


def observed_from(line: Line, task: TracedTask) -> tuple[FloatArray, None]:
    """Scores from a line; raises ``ValueError`` where they are none."""
    labels = task.traits.labels
    classes = len(labels.category_names) if labels else 0
    values = unpack_floats(get(line, "scores", str), classes)
    if values.size != classes:
        raise ValueError(f"'scores' holds {values.size}, but {task.name} has {classes} labels")
    return values, None


class RecordedScores:
    """A model, with whatever it says noted by the recorder."""

    def __init__(self, observer: ScoreObserver, recorder: Recorder) -> None:
        self.model, self.labels, self.reset = observer.model, observer.labels, observer.reset
        self._scorer, self._recorder = observer, recorder

    def observe(self, frame: Frame) -> ScoreObservation:
        """Score one frame."""
        seen = self._scorer.observe(frame)
        self._recorder.observed(seen.scores, seen.inference_ms, self.model.backend, None)
        return seen


class ReplayedScores:
    """In the place of a model: what it said then."""

    def __init__(self, answers: Answers, traits: Traits) -> None:
        self.model, self.labels = answers, traits.labels or Labels((), ())

    def reset(self) -> None:
        """The model is not here; what it remembered then is in what it said."""

    def observe(self, frame: Frame) -> ScoreObservation:
        """The scores of the present frame."""
        del frame
        observed = self.model.observed(None)
        return ScoreObservation(observed.values, observed.inference_ms)
