"""Between a processor and its model: what is said is noted by a recorder, or given back in a replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.base.json_fields import Line
    from edge.tasks.common.look import Look
    from edge.tasks.common.observer import Observation, Observer
    from edge.types import Box, Frame, TaskName

TraitsT_co = TypeVar("TraitsT_co", covariant=True)
ValuesT_co = TypeVar("ValuesT_co", covariant=True)
_NotedT_contra = TypeVar("_NotedT_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class TracedTask(Generic[TraitsT_co]):
    """A task and its model, see :attr:`edge.tasks.common.observer.Observer.traits`."""

    name: TaskName
    model: str
    traits: TraitsT_co


@dataclass(frozen=True, slots=True)
class Observed(Generic[ValuesT_co]):
    """What a model said of one look at a frame.

    ``crop`` is where it was told to look, None for all of the region; ``observed_ns`` is on the clock of
    ``captured_ns``.
    """

    observation: Observation[ValuesT_co]
    observed_ns: int
    crop: Box | None = None


class SideInputCodec(NamedTuple):
    """How a side input stands in a line: as JSON, and back by its name; ``ValueError`` where it is none."""

    write: Callable[[object], object]
    read: Callable[[Line, str], object]


class Recorder(Protocol[_NotedT_contra]):
    """Whoever writes down what is asked and answered for one frame."""

    def observed(self, observation: Observation[_NotedT_contra], look: Look, /) -> None:
        """Note what the model said, and where it was told to look."""
        ...


class Answers(Protocol[ValuesT_co]):
    """What was written down of the present frame. Whatever was not is an error of the one who asks."""

    def observed(self, look: Look, /) -> Observation[ValuesT_co]:
        """What the model said then; ``look`` is where it is told to look now."""
        ...


class RecordedObserver(Generic[TraitsT_co, ValuesT_co]):
    """A model of any task, with whatever it says noted."""

    def __init__(self, observer: Observer[TraitsT_co, ValuesT_co], recorder: Recorder[ValuesT_co]) -> None:
        self.traits, self.reset = observer.traits, observer.reset
        self._observer, self._recorder = observer, recorder

    def observe(self, frame: Frame, look: Look, /) -> Observation[ValuesT_co]:
        """What the model says.

        Raises:
            ModelError: it failed.
        """
        observation = self._observer.observe(frame, look)
        self._recorder.observed(observation, look)
        return observation


class ReplayedObserver(Generic[TraitsT_co, ValuesT_co]):
    """In the place of a model of any task: what it said then."""

    def __init__(self, answers: Answers[ValuesT_co], traits: TraitsT_co) -> None:
        self.traits = traits
        self._answers = answers

    def reset(self) -> None:
        """The model is not here; what it remembered then is in what it said."""

    def observe(self, _frame: Frame, look: Look, /) -> Observation[ValuesT_co]:
        """What it said of the present frame."""
        return self._answers.observed(look)
