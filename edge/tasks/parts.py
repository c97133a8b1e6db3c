"""The parts of a task: what each module of its package has to have. Modules are held against these by the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from rich.text import Text

    from edge.base.json_fields import Line
    from edge.config.sections import Settings
    from edge.messages.clock import Instant
    from edge.messages.payload import Payload
    from edge.overlay.canvas import Canvas
    from edge.runtime.model import ModelOpener
    from edge.tasks.common.discovery import Component
    from edge.tasks.common.evaluation.entry import Entry
    from edge.tasks.common.evaluation.mode import Media, Mode, Truths
    from edge.tasks.common.metrics import Row
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import Observer
    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.common.processor import TunableProcessor
    from edge.tasks.common.side_inputs import SideInputs
    from edge.tasks.common.tracing import Observed, SideInputCodec, TracedTask
    from edge.types import Box, Result, Sight, TaskState

TraitsT = TypeVar("TraitsT")
"""What a task's processor has to know of its model."""
ValuesT = TypeVar("ValuesT")
"""What a task's model says of a frame."""


class TaskSettings(Protocol):
    """``SECTION`` of ``settings.py``, a dataclass of keys; :func:`conflicts` there is what must hold between them."""

    @property
    def enabled(self) -> bool:
        """Whether the task runs."""
        ...

    @property
    def model(self) -> str:
        """A catalogue name or the path of a file."""
        ...

    @property
    def threads(self) -> int:
        """CPU threads; 0 for its share."""
        ...


class Events(Protocol):
    """``events.py``: what of its results is news."""

    SUBJECT: str
    """What its events are of, as in their field ``what``."""
    IS_COUNTED: bool
    """Whether its events say how many there are; else which label it is."""

    def sight(self, result: Result, occupancy: Occupancy, /) -> Sight:
        """What a result shows, without flicker."""
        ...

    def since_ns(self, result: Result, /) -> int:
        """When what a result shows began, on ``time.monotonic_ns``."""
        ...


class Messages(Protocol):
    """``messages.py``: what its messages say beside what all have."""

    def stream(self, result: Result, published: Instant, /) -> Payload:
        """The fields of a result, see the schema called as the task."""
        ...

    def state(self, state: TaskState, published: Instant, /) -> Payload:
        """The fields of a state, see the schema ``state/TASK``."""
        ...


class Discovery(Protocol):
    """``discovery.py``: what Home Assistant shows of it; ``topics`` is what all topics of the device begin with."""

    def entities(self, topics: str, /) -> dict[str, Component]:
        """Its entities, by name."""
        ...

    def triggers(self, topics: str, /) -> dict[str, Component]:
        """What automations can begin with, by name."""
        ...


class Painter(Protocol):
    """``Painter`` of ``painter.py``: how its results are drawn.

    One is made for each still and for each run of pictures, so that it can remember what it drew before.
    """

    SHOWS_PEOPLE: ClassVar[bool]
    """Whether it draws where people are, and nothing else: what may be shown where no picture may leave."""

    def paint(self, canvas: Canvas, result: Result, top_px: int, /) -> int:
        """Draw a result in place; nothing raises for what lies outside.

        A plate of text lies in ``canvas.plates``, from ``top_px`` on; the next may begin at what is returned. It is
        drawn more than once for one result, on images of its own, and kept until the task says something else. Whoever
        shows people draws none and returns ``top_px``; ``canvas.plates`` is then what the plates of others cover.
        """
        ...


class Words(Protocol):
    """``words.py``: what a terminal says of it.

    Messages come from a network: whatever is missing or odd in them is left out, never an error.
    """

    def found(self, result: Result, /) -> Sequence[str]:
        """What was found in one picture, a few words each."""
        ...

    def now(self, state: Mapping[str, Any], result: Mapping[str, Any], /) -> str:
        """What its newest messages say, one of which may be empty: the state, without flicker, counts."""
        ...

    def best(self, result: Mapping[str, Any], /) -> str:
        """The most that its newest result alone says; empty where that is nothing more."""
        ...

    def newest(self, message: Mapping[str, Any], /) -> str:
        """A message that is as its schema says, in a few words."""
        ...

    def lines(self, message: Mapping[str, Any], /) -> Sequence[Text]:
        """A message that is as its schema says, a line of at most 60 characters for each thing found; may be none."""
        ...

    def summary(self, result: Result, /) -> str:
        """What was found in one picture, for below it; empty for nothing to say."""
        ...

    def of_model(self, traits: Any, /) -> str:
        """What is worth knowing of its model, a few words; may be empty."""
        ...


class Metrics(Protocol):
    """``Metrics`` in ``metrics.py``: how steady its results are, where nobody knows what is true."""

    def take(self, result: Result) -> None:
        """Take in the next result."""
        ...

    def rows(self) -> list[Row]:
        """What there is to say; the same names whatever came."""
        ...


class Evaluation(Protocol):
    """``evaluation.py``: how good its results are where the truth is known. A task may have none."""

    @property
    def TRUTHS(self) -> Truths:  # noqa: N802
        """What labelled data has to say."""
        ...

    @property
    def MEDIA(self) -> Media:  # noqa: N802
        """What labelled data is of."""
        ...

    @property
    def MODES(self) -> Sequence[Mode[Any, Any]]:  # noqa: N802
        """The ways in which it is measured."""
        ...

    def truth(self, entry: Entry, /) -> Any:
        """What is true of an entry, whose annotations are checked.

        Raises:
            ValueError: with a sentence: it says nothing that this task can be judged by.
        """
        ...


class Processing(Protocol[TraitsT, ValuesT]):
    """``processor.py``: its models, and the tracker around them.

    The observer that ``processor`` gets is what ``load`` gave, or what stands in for it in a recording or a replay.
    """

    MODEL_KEYS: frozenset[str]
    """The keys of its section that need its model loaded anew; all its others are tuned."""
    COUNTS_PEOPLE: bool
    """Whether it tells the others how many people are there."""

    def load(
        self, model: ChosenModel, open_model: ModelOpener, settings: Settings, /, *, still: bool
    ) -> Observer[TraitsT, ValuesT]:
        """The model, its files opened by ``open_model``, warm; ``still``: for unrelated pictures (running mode IMAGE).

        Raises:
            ModelError: it cannot be used.
        """
        ...

    def processor(
        self,
        model: ChosenModel,
        observer: Observer[TraitsT, ValuesT],
        settings: Settings,
        occupancy: Occupancy,
        side_inputs: SideInputs,
        /,
    ) -> TunableProcessor[TraitsT, ValuesT]:
        """The tracker around ``observer``.

        Who is there is written to ``occupancy``, or read there; whatever else than the model's answers a result hangs
        on is asked by way of ``side_inputs``.
        """
        ...

    def rate_hz(self, settings: Settings, /) -> float:
        """How often it is to run; 0 for every frame."""
        ...

    def needs_people(self, settings: Settings, /) -> bool:
        """Whether it has to know if anybody is there."""
        ...

    def why_nothing(self, settings: Settings, /) -> str:
        """What may have kept every frame from the model, and what to do; empty for nothing."""
        ...


class Trace(Protocol[TraitsT, ValuesT]):
    """``trace.py``: what a trace holds of it. What cannot be read raises ``ValueError`` with a sentence."""

    AFTER_MODEL: frozenset[str]
    """The keys of its section whose effect comes after the model, so that a replay can show what others do."""
    HOLDS_PICTURES: bool
    """Whether there are pictures in it, however small."""
    SIDE_INPUTS: Mapping[str, SideInputCodec]
    """How its side inputs stand in a line, by name."""

    def traits_line(self, traits: TraitsT, /) -> Line:
        """What the header says of the model."""
        ...

    def traits_from(self, line: Line, /) -> TraitsT:
        """The same from a header."""
        ...

    def observed_line(self, observed: Observed[ValuesT], /) -> Line:
        """What a line says of an observation, beside what all have."""
        ...

    def observed_from(self, line: Line, task: TracedTask[TraitsT], /) -> tuple[ValuesT, Box | None]:
        """Values and crop from a line."""
        ...

    def details_from(self, line: Line, /) -> tuple[object, ...]:
        """What the model said beyond the values, from a line; empty for nothing."""
        ...

    def notes(self, changed: Collection[str], /) -> Iterator[str]:
        """What a replay with such changes of settings cannot know."""
        ...
