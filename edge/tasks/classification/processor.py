"""Classification at work: the model, and the consensus of its labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.rate_limiter import RateLimiter
from edge.runtime.model import warm
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.classification.stated_input import StatedInput
from edge.tasks.common.admission import Admission
from edge.tasks.common.category_processor import CategoryProcessor
from edge.tasks.common.look import Look
from edge.types import Box

if TYPE_CHECKING:
    from edge.config.sections import Settings
    from edge.runtime.model import ModelOpener
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import ScoreObserver
    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.common.side_inputs import SideInputs
    from edge.types import Frame

MODEL_KEYS = frozenset({"model", "device", "labels", "threads", "display_names_locale", "mean", "std", "input_size"})
COUNTS_PEOPLE = False


def load(model: ChosenModel, open_model: ModelOpener, settings: Settings, *, still: bool) -> ScoreObserver:
    """The model, warm; ``still``: for unrelated pictures.

    What is configured of the input is for the configured model, not for one that stands in for it.

    Raises:
        ModelError: it cannot be used.
    """
    from edge.tasks.classification.classifier import Classifier  # noqa: PLC0415  # a replay needs no OpenCV

    own = settings[ClassificationSettings]
    observer = Classifier(
        model.path,
        open_model,
        labels_file=model.labels,
        stated=StatedInput() if model.fallback_for else StatedInput(own.mean, own.std, own.input_size),
        locale=own.display_names_locale,
        still=still,
    )
    warm(observer.model)
    return observer


def processor(
    model: ChosenModel, observer: ScoreObserver, settings: Settings, _occupancy: Occupancy, _side_inputs: SideInputs
) -> ClassificationProcessor:
    """The consensus around ``observer``."""
    return ClassificationProcessor(model, observer, settings)


def rate_hz(settings: Settings) -> float:
    """How often it is to run; 0 for every frame."""
    return settings[ClassificationSettings].max_rate_hz


def needs_people(_settings: Settings) -> bool:
    """It is asked whoever is there."""
    return False


def why_nothing(_settings: Settings) -> str:
    """It lets no frame out that is due."""
    return ""


class ClassificationProcessor(CategoryProcessor):
    """Classification: every frame stands for itself, only the settled label remembers."""

    task = "classification"

    def __init__(self, model: ChosenModel, observer: ScoreObserver, settings: Settings) -> None:
        super().__init__(settings)
        self._limiter = RateLimiter(settings[ClassificationSettings].max_rate_hz)
        self._segment: int | None = None
        self.swap(model, observer, settings)

    def restart(self) -> None:
        """Begin anew: nothing that was seen counts any more."""
        self._segment = None

    def _admit(self, frame: Frame) -> Admission:
        restart = frame.segment != self._segment
        if restart:
            self._segment = frame.segment
            self._limiter.restart()
        return Admission(self._limiter.is_due(frame.timestamp_ns), restart)

    def swap(self, model: ChosenModel, observer: ScoreObserver, settings: Settings) -> None:
        """Go on with another model; its labels may be others, so the settled one is forgotten."""
        self.model, self._observer = model, observer
        self._consensus.forget()
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        own = settings[ClassificationSettings]
        self._look = Look(fit=own.fit, region=Box(*own.region), rotation=own.rotate)
        self._limiter = self._limiter.at(own.max_rate_hz)
        self._choose(own, settings)
