"""Hands at work: the models, and the tracker around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.rate_limiter import RateLimiter
from edge.runtime.model import warm
from edge.tasks.common.category_processor import settled_at
from edge.tasks.common.look import Look
from edge.tasks.hands.gestures import GESTURES
from edge.tasks.hands.result import HandsResult
from edge.tasks.hands.settings import HandsSettings
from edge.tasks.hands.tracker import HandTracker
from edge.tasks.hands.tracker_parameters import presence_parameters, tracker_parameters
from edge.tracking.presence import Presence
from edge.types import NS_PER_S, Box

if TYPE_CHECKING:
    from edge.config.sections import Settings
    from edge.runtime.model import ModelOpener
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.common.side_inputs import SideInputs
    from edge.tasks.hands.observer import HandObserver
    from edge.types import Frame, TaskName

MODEL_KEYS = frozenset({"model", "device", "threads", "score_threshold", "presence_threshold", "gestures"})
COUNTS_PEOPLE = False


def load(
    model: ChosenModel,
    open_model: ModelOpener,
    settings: Settings,
    *,
    still: bool,  # noqa: ARG001
) -> HandObserver:
    """The models, warm; a still is seen as a frame is.

    Raises:
        ModelError: one cannot be used.
    """
    from edge.tasks.hands.model import Hands, HandThresholds  # noqa: PLC0415  # a replay needs no runtime, no OpenCV
    from edge.tasks.hands.models import parts_of  # noqa: PLC0415

    own = settings[HandsSettings]
    thresholds = HandThresholds(own.score_threshold, own.presence_threshold)
    observer = Hands(parts_of(model, gestures=own.gestures), open_model, thresholds)
    for one in observer.models:
        warm(one)
    return observer


def processor(
    model: ChosenModel, observer: HandObserver, settings: Settings, _occupancy: Occupancy, _side_inputs: SideInputs
) -> HandsProcessor:
    """The tracker around ``observer``."""
    return HandsProcessor(model, observer, settings)


def rate_hz(settings: Settings) -> float:
    """How often it is to run; 0 for every frame."""
    return settings[HandsSettings].max_rate_hz


def needs_people(_settings: Settings) -> bool:
    """It finds hands without anybody."""
    return False


def why_nothing(_settings: Settings) -> str:
    """It lets no frame out that is due."""
    return ""


class HandsProcessor:
    """Hands: ids, landmarks and sides are steadied, gestures settle."""

    task: TaskName = "hands"

    def __init__(self, model: ChosenModel, observer: HandObserver, settings: Settings) -> None:
        self._tracker = HandTracker(tracker_parameters(settings))
        self._presence = Presence(presence_parameters(settings))
        self._limiter = RateLimiter(settings[HandsSettings].max_rate_hz)
        self._segment: int | None = None
        self.swap(model, observer, settings)

    def swap(self, model: ChosenModel, observer: HandObserver, settings: Settings) -> None:
        """Go on with another model; hands stay which they are."""
        self.model = model
        self._observer = observer
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        own = settings[HandsSettings]
        self._look = Look(region=Box(*own.region), most=own.max_hands)
        self._tracker.tune(tracker_parameters(settings))
        self._presence.parameters = presence_parameters(settings)
        self._limiter = self._limiter.at(own.max_rate_hz)

    def restart(self) -> None:
        """Begin anew: the next hand is the first."""
        self._segment = None
        self._tracker.restart()

    def process(self, frame: Frame) -> HandsResult | None:
        """Find, follow and smooth the hands in ``frame``."""
        if frame.segment != self._segment:
            self._segment = frame.segment
            self._observer.reset()
            self._tracker.forget()
            self._presence.forget()
            self._limiter.restart()
        if not self._limiter.is_due(frame.timestamp_ns):
            return None
        time_s = frame.timestamp_ns / NS_PER_S
        seen = self._observer.observe(frame, self._look)
        hands = self._tracker.update(seen.values[: self._look.most], time_s, frame.size)
        return HandsResult(
            frame=frame,
            model=self.model.name,
            backend=seen.backend,
            inference_ms=seen.inference_ms,
            hands=hands,
            count=self._presence.update(len(hands), time_s),
            settled=settled_at(self._tracker.settled, GESTURES, frame),
        )
