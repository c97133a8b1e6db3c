"""What a trace holds of pose: people as the model saw them, and where it was told to look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.fields import get, get_numbers
from edge.base.packing import pack_floats, unpack_floats
from edge.tasks.common.tracing import Traits
from edge.tasks.pose.observer import PoseObservation
from edge.tracking.keypoints import COCO_17
from edge.types import FULL_FRAME, Box

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from edge.base.fields import Line
    from edge.tasks.common.tracing import Answers, Observed, Recorder, TracedTask
    from edge.tasks.pose.observer import PoseObserver
    from edge.types import Fit, FloatArray, Frame

AFTER_MODEL = frozenset({"enabled", "score_threshold", "max_people", "max_rate_hz"})
HOLDS_PICTURES = False
_MOST_PEOPLE = 64
_PERSON = (len(COCO_17.names), 3)


def traits(observer: PoseObserver) -> Traits:
    """Whether it always reports one person."""
    return Traits(is_single=observer.is_single)


def recorded(observer: PoseObserver, recorder: Recorder) -> PoseObserver:
    """The model, with whatever it says noted by ``recorder``."""
    return _Recorded(observer, recorder)


def replayed(answers: Answers, traits: Traits) -> PoseObserver:
    """In the place of the model: what it said then."""
    return _Replayed(answers, is_single=traits.is_single)


def traits_line(traits: Traits) -> Line:
    """What the header says of the model."""
    return {"single": traits.is_single}


def traits_from(line: Line) -> Traits:
    """The same from a header; raises ``ValueError`` where it is none."""
    return Traits(is_single=get(line, "single", bool))


def observed_line(observed: Observed) -> Line:
    """What a line says of an observation, beside what all have."""
    crop = observed.crop
    where = None if crop is None else [crop.x, crop.y, crop.width, crop.height]
    return {"crop": where, "people": pack_floats(observed.values)}


def observed_from(line: Line, _task: TracedTask) -> tuple[FloatArray, Box | None]:
    """People and crop from a line; raises ``ValueError`` where they are none."""
    values = unpack_floats(get(line, "people", str), _MOST_PEOPLE * _PERSON[0] * _PERSON[1])
    if values.size % (_PERSON[0] * _PERSON[1]):
        raise ValueError(f"'people' does not hold {_PERSON[0]} keypoints a person")
    crop = None if line.get("crop") is None else Box(*get_numbers(line, "crop", 4))
    return values.reshape(-1, *_PERSON), crop


def notes(_changed: Collection[str]) -> Iterator[str]:
    """What a replay with such changes cannot know: nothing, but where the model would have looked."""
    yield from ()


class _Recorded:
    def __init__(self, observer: PoseObserver, recorder: Recorder) -> None:
        self.model, self.is_single = observer.model, observer.is_single
        self.fit, self.region = observer.fit, observer.region
        self._observer, self._recorder = observer, recorder

    def observe(
        self, frame: Frame, crop: Box | None = None, closer: Callable[[FloatArray], Box | None] | None = None
    ) -> PoseObservation:
        self._observer.fit, self._observer.region = self.fit, self.region
        seen = self._observer.observe(frame, crop, closer)
        self._recorder.observed(seen.people, seen.inference_ms, self.model.backend, crop)
        return seen


class _Replayed:
    fit: Fit = "letterbox"
    region: Box = FULL_FRAME

    def __init__(self, answers: Answers, *, is_single: bool) -> None:
        self.model, self.is_single = answers, is_single

    def observe(
        self, frame: Frame, crop: Box | None = None, closer: Callable[[FloatArray], Box | None] | None = None
    ) -> PoseObservation:
        del frame, closer  # where it looked again, that answer is the one recorded
        observed = self.model.observed(crop)
        return PoseObservation(observed.values, observed.inference_ms)
