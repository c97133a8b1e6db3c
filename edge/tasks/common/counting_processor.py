"""What tasks share that count and follow what they see in a stream, each with a tracker of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from edge.base.rate_limiter import RateLimiter
from edge.tasks.common.look import Look
from edge.tasks.common.tracker_parameters import presence_parameters
from edge.tracking.presence import Presence
from edge.types import NS_PER_S, Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.sections import Settings
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import Observation, Observer
    from edge.types import Frame

TraitsT = TypeVar("TraitsT")
ValuesT = TypeVar("ValuesT")


class Tracker(Protocol):
    """Knows who is whom."""

    def forget(self) -> None:
        """Know nobody any more; ids go on."""
        ...

    def restart(self) -> None:
        """Begin anew: the next one is the first."""
        ...


class CountingProcessor(Generic[TraitsT, ValuesT]):
    """Asks the model at the task's rate, and begins anew where the stream does."""

    def __init__(
        self, tracker: Tracker, model: ChosenModel, observer: Observer[TraitsT, ValuesT], settings: Settings
    ) -> None:
        self._follows = tracker
        self._presence = Presence(presence_parameters(settings))
        self._limiter = RateLimiter(0.0)
        self._segment: int | None = None
        self.swap(model, observer, settings)

    def swap(self, model: ChosenModel, observer: Observer[TraitsT, ValuesT], settings: Settings) -> None:
        """Go on with another model; all stay who they are."""
        self.model = model
        self._observer = observer
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        raise NotImplementedError

    def restart(self) -> None:
        """Begin anew: the next one is the first."""
        self._segment = None
        self._follows.restart()

    def _settle(self, settings: Settings, *, rate_hz: float, region: Sequence[float], most: int) -> None:
        """What all of them have to know of other settings."""
        self._look = Look(region=Box(*region), most=most)
        self._presence.parameters = presence_parameters(settings)
        self._limiter = self._limiter.at(rate_hz)

    def _observe(self, frame: Frame) -> Observation[ValuesT] | None:
        """What the model says of a frame; None where its time has not come."""
        if frame.segment != self._segment:
            self._segment = frame.segment
            self._observer.reset()
            self._follows.forget()
            self._presence.forget()
            self._limiter.restart()
        return self._observer.observe(frame, self._look) if self._limiter.is_due(frame.timestamp_ns) else None

    def _count(self, number: int, frame: Frame) -> int | None:
        """How many are believed to be there, where ``number`` are seen."""
        return self._presence.update(number, frame.timestamp_ns / NS_PER_S)
