"""Hands at work: the models, and the tracker around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.runtime.model import warm
from edge.tasks.common.category_processor import settled_at
from edge.tasks.common.counting_processor import CountingProcessor
from edge.tasks.hands.gestures import GESTURES
from edge.tasks.hands.landmarks import SeenHand
from edge.tasks.hands.observer import HandTraits
from edge.tasks.hands.result import HandsResult
from edge.tasks.hands.settings import HandsSettings
from edge.tasks.hands.tracker import HandTracker
from edge.tasks.hands.tracker_parameters import tracker_parameters
from edge.types import NS_PER_S

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


class HandsProcessor(CountingProcessor[HandTraits, tuple[SeenHand, ...]]):
    """Hands: ids, landmarks and sides are steadied, gestures settle."""

    task: TaskName = "hands"

    def __init__(self, model: ChosenModel, observer: HandObserver, settings: Settings) -> None:
        self._tracker = HandTracker(tracker_parameters(settings))
        super().__init__(self._tracker, model, observer, settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        own = settings[HandsSettings]
        self._tracker.tune(tracker_parameters(settings))
        self._settle(settings, rate_hz=own.max_rate_hz, region=own.region, most=own.max_hands)

    def process(self, frame: Frame) -> HandsResult | None:
        """Find, follow and smooth the hands in ``frame``."""
        seen = self._observe(frame)
        if seen is None:
            return None
        hands = self._tracker.update(seen.values[: self._look.most], frame.timestamp_ns / NS_PER_S, frame.size)
        return HandsResult(
            frame=frame,
            model=self.model.name,
            backend=seen.backend,
            inference_ms=seen.inference_ms,
            hands=hands,
            count=self._count(len(hands), frame),
            settled=settled_at(self._tracker.settled, GESTURES, frame),
        )
