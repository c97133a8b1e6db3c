"""The parts of a task: what each module of its package has to have. Modules are held against these by the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.text import Text

    from edge.messages.clock import Instant
    from edge.messages.payload import Payload
    from edge.overlay.scale import Scale
    from edge.tasks.common.metrics import Row
    from edge.tasks.common.occupancy import Occupancy
    from edge.types import ImageArray, Result, Sight, TaskState


class Events(Protocol):
    """``events.py``: what of its results is news."""

    SUBJECT: str
    """What its events are of, as in their field ``what``."""
    IS_COUNTED: bool
    """Whether its events say how many there are; else which label it is."""

    @staticmethod
    def sight(result: Result, occupancy: Occupancy) -> Sight:
        """What a result shows, without flicker."""
        ...

    @staticmethod
    def since_ns(result: Result) -> int:
        """When what a result shows began, on ``time.monotonic_ns``."""
        ...


class Messages(Protocol):
    """``messages.py``: what its messages say beside what all have."""

    @staticmethod
    def stream(result: Result, published: Instant) -> Payload:
        """The fields of a result, see the schema called as the task."""
        ...

    @staticmethod
    def state(state: TaskState, published: Instant) -> Payload:
        """The fields of a state, see the schema ``state/TASK``."""
        ...


class Painter(Protocol):
    """``painter.py``: how its results are drawn."""

    SHOWS_PEOPLE: bool
    """Whether it draws where people are, and nothing else: what may be shown where no picture may leave."""

    @staticmethod
    def paint(image: ImageArray, result: Result, scale: Scale, top_px: int) -> int:
        """Draw a result in place on ``(H, W, 3) uint8`` RGB; nothing raises for what lies outside.

        Plates of text begin at ``top_px`` from the top at the left side; the next one may begin at what is returned.
        """
        ...


class Words(Protocol):
    """``words.py``: what a terminal says of it.

    Messages come from a network: whatever is missing or odd in them is left out, never an error.
    """

    @staticmethod
    def found(result: Result) -> Sequence[str]:
        """What was found in one picture, a few words each."""
        ...

    @staticmethod
    def now(state: Mapping[str, Any], result: Mapping[str, Any]) -> str:
        """What its newest messages say, one of which may be empty: the state, without flicker, counts."""
        ...

    @staticmethod
    def best(result: Mapping[str, Any]) -> str:
        """The most that its newest result alone says; empty where that is nothing more."""
        ...

    @staticmethod
    def newest(message: Mapping[str, Any]) -> str:
        """A message that is as its schema says, in a few words."""
        ...

    @staticmethod
    def lines(message: Mapping[str, Any]) -> Sequence[Text]:
        """A message that is as its schema says, a line of at most 60 characters for each thing found; may be none."""
        ...

    @staticmethod
    def summary(result: Result) -> str:
        """What was found in one picture, for below it; empty for nothing."""
        ...


class Metrics(Protocol):
    """``Metrics`` in ``metrics.py``: how steady its results are, where nobody knows what is true."""

    def take(self, result: Result) -> None:
        """Take in the next result."""
        ...

    def rows(self) -> list[Row]:
        """What there is to say; the same names whatever came."""
        ...
