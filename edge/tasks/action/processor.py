"""Action at work: the model, the gate before it, and the consensus of its labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.errors import ModelOutputError
from edge.runtime.model import warm
from edge.tasks.action.gate import PERSON, THUMBNAIL, GateParameters, StreamGate
from edge.tasks.action.settings import ActionSettings
from edge.tasks.common.category_processor import CategoryProcessor
from edge.tasks.common.look import STRETCHED
from edge.tasks.common.thumbnail import thumbnail

if TYPE_CHECKING:
    from edge.config.sections import Settings
    from edge.runtime.model import ModelOpener
    from edge.tasks.common.admission import Admission
    from edge.tasks.common.category_result import CategoryResult
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import ScoreObserver
    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.common.side_inputs import SideInputs
    from edge.types import Frame

MODEL_KEYS = frozenset({"model", "labels", "threads"})
COUNTS_PEOPLE = False


def load(model: ChosenModel, open_model: ModelOpener, _settings: Settings, *, still: bool) -> ScoreObserver:
    """The model, warm; ``still``: for unrelated pictures.

    Raises:
        ModelError: it cannot be used.
    """
    from edge.tasks.action.movinet import MoViNet  # noqa: PLC0415  # a replay needs neither runtime nor OpenCV

    observer = MoViNet(model.path, open_model, labels_file=model.labels, still=still)
    warm(observer.model)
    return observer


def processor(
    model: ChosenModel, observer: ScoreObserver, settings: Settings, occupancy: Occupancy, side_inputs: SideInputs
) -> ActionProcessor:
    """Gate and consensus around ``observer``; whether anybody is there ``occupancy`` knows."""
    return ActionProcessor(model, observer, settings, occupancy, side_inputs)


def rate_hz(settings: Settings) -> float:
    """How often the model is to be fed."""
    return settings[ActionSettings].rate_hz


def needs_people(settings: Settings) -> bool:
    """Whether its gate asks if anybody is there."""
    return settings[ActionSettings].gate == "person"


def why_nothing(settings: Settings) -> str:
    """What may have kept all frames from the model, the first of which is always due, and what to do; else empty."""
    gate = settings[ActionSettings].gate
    if gate in {"auto", "always"}:  # asked without the others, auto has nobody to wait for
        return ""
    return f"action.gate = {gate} let no frame through; to have them all: --set action.gate=always"


def gate_parameters(settings: Settings) -> GateParameters:
    """When the action model is fed."""
    own = settings[ActionSettings]
    return GateParameters(
        rate_hz=own.rate_hz,
        gate=own.gate,
        hold_s=own.gate_hold_s,
        gap_s=max(1.0, 3 / own.rate_hz),
        warm_up_s=own.warm_up_s,
    )


class ActionProcessor(CategoryProcessor):
    """Action: the model is fed at its rate of the stream's own time and remembers what it saw.

    ``occupancy`` says whether pose sees anybody, for the gates ``person`` and ``auto``, which are open while pose does
    not look. While they hold on after the last person, nobody does anything: no categories, nothing settled.
    """

    task = "action"
    _look = STRETCHED
    """As the models were trained."""

    def __init__(
        self,
        model: ChosenModel,
        observer: ScoreObserver,
        settings: Settings,
        occupancy: Occupancy,
        side_inputs: SideInputs,
    ) -> None:
        super().__init__(settings)
        self._occupancy = occupancy
        self._side_inputs = side_inputs
        self._gate = StreamGate(gate_parameters(settings))
        self.swap(model, observer, settings)

    def process(self, frame: Frame) -> CategoryResult | None:
        """Feed ``frame`` to the model if its time is due."""
        try:
            return super().process(frame)
        except ModelOutputError:
            self.restart()  # the model has forgotten everything, and warms up again
            raise

    def restart(self) -> None:
        """Begin anew: nothing that was seen counts any more."""
        self._gate.restart()

    def _admit(self, frame: Frame) -> Admission:
        return self._gate.admit(
            frame.timestamp_ns,
            frame.segment,
            lambda: self._side_inputs.of_frame(THUMBNAIL, lambda: thumbnail(frame)),
            lambda: self._side_inputs.of_others(PERSON, lambda: self._occupancy.may_anybody_be_there),
        )

    def swap(self, model: ChosenModel, observer: ScoreObserver, settings: Settings) -> None:
        """Go on with another model, which has seen nothing yet."""
        self.model, self._observer = model, observer
        self._consensus.forget()
        self._gate.restart()
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        self._gate.tune(gate_parameters(settings))
        self._choose(settings[ActionSettings], settings)
