"""Brightness at work: the model, and the consensus of what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edge.base.rate_limiter import RateLimiter
from edge.tasks.common.category_processor import consensus_parameters, settled_at
from edge.tasks.common.look import STRETCHED
from edge.tracking.consensus import LabelConsensus
from edge.types import NS_PER_S

from .result import BrightnessResult
from .settings import BrightnessSettings

if TYPE_CHECKING:
    from edge.config.sections import Settings
    from edge.runtime.model import ModelOpener
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import Observer
    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.common.side_inputs import SideInputs
    from edge.types import Frame

MODEL_KEYS = frozenset({"model", "threads"})
COUNTS_PEOPLE = False
LABELS = ("dark", "dim", "bright")

LightObserver: TypeAlias = "Observer[None, float]"


def load(model: ChosenModel, open_model: ModelOpener, _settings: Settings, *, still: bool) -> LightObserver:
    """The model, warm; ``still``: for unrelated pictures.

    Raises:
        ModelError: it cannot be used.
    """
    from .light_meter import LightMeter  # noqa: PLC0415  # a replay needs no OpenCV

    meter = LightMeter(model.path, open_model, still=still)
    meter.model.invoke()
    return meter


def processor(
    model: ChosenModel, observer: LightObserver, settings: Settings, _occupancy: Occupancy, _side_inputs: SideInputs
) -> BrightnessProcessor:
    """The consensus around ``observer``."""
    return BrightnessProcessor(model, observer, settings)


def rate_hz(settings: Settings) -> float:
    """How often it is to run; 0 for every frame."""
    return settings[BrightnessSettings].max_rate_hz


def needs_people(_settings: Settings) -> bool:
    """It is light whoever is there."""
    return False


def why_nothing(_settings: Settings) -> str:
    """It lets no frame out that is due."""
    return ""


class BrightnessProcessor:
    """Every frame stands for itself, only what has settled remembers."""

    task = "brightness"

    def __init__(self, model: ChosenModel, observer: LightObserver, settings: Settings) -> None:
        self._consensus = LabelConsensus(consensus_parameters(settings))
        self._limiter = RateLimiter(settings[BrightnessSettings].max_rate_hz)
        self._segment: int | None = None
        self.swap(model, observer, settings)

    def restart(self) -> None:
        """Begin anew: nothing that was seen counts any more."""
        self._segment = None

    def process(self, frame: Frame) -> BrightnessResult | None:
        """How light ``frame`` is, if its time is due."""
        if frame.segment != self._segment:
            self._segment = frame.segment
            self._limiter.restart()
            self._consensus.forget()
        if not self._limiter.is_due(frame.timestamp_ns):
            return None
        seen = self._observer.observe(frame, STRETCHED)
        scores = np.array([one == self._label(seen.values) for one in LABELS], np.float32)
        found = self._consensus.update(scores, frame.timestamp_ns / NS_PER_S)
        return BrightnessResult(
            task=self.task,
            frame=frame,
            model=self.model.name,
            backend=seen.backend,
            inference_ms=seen.inference_ms,
            level=seen.values,
            settled=settled_at(found, LABELS, frame),
        )

    def swap(self, model: ChosenModel, observer: LightObserver, settings: Settings) -> None:
        """Go on with another model."""
        self.model, self._observer = model, observer
        self._consensus.forget()
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        self._own = settings[BrightnessSettings]
        self._limiter = self._limiter.at(self._own.max_rate_hz)
        self._consensus.tune(consensus_parameters(settings))

    def _label(self, level: float) -> str:
        if level < self._own.dark_below:
            return "dark"
        return "bright" if level >= self._own.bright_from else "dim"
