"""Classification at work: the model, and the consensus of its labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.rate_limiter import RateLimiter
from edge.tasks.classification.classifier import Classifier
from edge.tasks.classification.stated_input import StatedInput
from edge.tasks.common.admission import Admission
from edge.tasks.common.category_processor import CategoryProcessor
from edge.types import Box

if TYPE_CHECKING:
    from edge.config.settings import Settings
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import ClassificationObserver
    from edge.tasks.common.occupancy import Attendance, Occupancy
    from edge.types import Frame

MODEL_KEYS = frozenset({"model", "labels", "threads", "display_names_locale", "mean", "std", "input_size"})
COUNTS_PEOPLE = False


def load(model: ChosenModel, settings: Settings, *, threads: int, still: bool) -> Classifier:
    """The model, warm; ``still``: for unrelated pictures.

    What is configured of the input is for the configured model, not for one that stands in for it.

    Raises:
        ModelError: it cannot be used.
    """
    own = settings.classification
    task = Classifier(
        model.path,
        threads=threads,
        labels_file=model.labels,
        stated=StatedInput() if model.fallback_for else StatedInput(own.mean, own.std, own.input_size),
        locale=own.display_names_locale,
        still=still,
    )
    task.model.invoke()
    return task


def processor(
    model: ChosenModel,
    observer: ClassificationObserver,
    settings: Settings,
    _occupancy: Occupancy,
    _attendance: Attendance,
) -> ClassificationProcessor:
    """The consensus around ``observer``."""
    return ClassificationProcessor(model, observer, settings)


def rate_hz(settings: Settings) -> float:
    """How often it is to run; 0 for every frame."""
    return settings.classification.max_rate_hz


def needs_people(_settings: Settings) -> bool:
    """It is asked whoever is there."""
    return False


def why_nothing(_settings: Settings) -> str:
    """It lets no frame out that is due."""
    return ""


class ClassificationProcessor(CategoryProcessor):
    """Classification: every frame stands for itself, only the settled label remembers."""

    task = "classification"

    def __init__(self, model: ChosenModel, task: ClassificationObserver, settings: Settings) -> None:
        super().__init__(settings)
        self._cadence = RateLimiter(settings.classification.max_rate_hz)
        self._segment: int | None = None
        self.swap(model, task, settings)

    def restart(self) -> None:
        """Begin anew: nothing that was seen counts any more."""
        self._segment = None

    def _admit(self, frame: Frame) -> Admission:
        restart = frame.segment != self._segment
        if restart:
            self._segment = frame.segment
            self._cadence.restart()
        return Admission(self._cadence.is_due(frame.timestamp_ns), restart)

    def swap(self, model: ChosenModel, task: ClassificationObserver, settings: Settings) -> None:
        """Go on with another model; its labels may be others, so the settled one is forgotten."""
        self.model, self._task, self._classifier = model, task, task
        self._consensus.forget()
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        own = settings.classification
        self._classifier.fit, self._classifier.region = own.fit, Box(*own.region)
        self._classifier.rotate = own.rotate
        self._cadence = self._cadence.at(own.max_rate_hz)
        self._choose(own, settings)
