"""What classification and action share: the best categories of each frame, and the label that has settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.categories import CategorySelector
from edge.tasks.common.category_result import CategoryResult
from edge.tasks.common.settings import TrackingSettings
from edge.tracking.consensus import ConsensusParameters, LabelConsensus
from edge.types import NS_PER_S, Settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.sections import Settings
    from edge.tasks.common.admission import Admission
    from edge.tasks.common.look import Look
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import ScoreObserver
    from edge.tasks.common.settings import CategorySettings
    from edge.tracking.consensus import Consensus
    from edge.types import FloatArray, Frame, TaskName


def consensus_parameters(settings: Settings) -> ConsensusParameters:
    """When a label settles."""
    own = settings[TrackingSettings]
    return ConsensusParameters(own.label_window_s, own.label_enter, own.label_exit, own.label_hold_s)


def settled_at(found: Consensus | None, names: Sequence[str], frame: Frame) -> Settled | None:
    """The label that a consensus has found at a frame, since when on the clock of its capture."""
    if found is None:
        return None
    age_ns = round((frame.timestamp_ns / NS_PER_S - found.since_s) * NS_PER_S)
    return Settled(category_name=names[found.index], since_ns=frame.captured_ns - age_ns)


class CategoryProcessor:
    """The best categories of each frame, and the label that has settled; what classification and action share."""

    task: TaskName
    model: ChosenModel
    _observer: ScoreObserver
    _look: Look

    def __init__(self, settings: Settings) -> None:
        self._consensus = LabelConsensus(consensus_parameters(settings))

    def process(self, frame: Frame) -> CategoryResult | None:
        """Classify ``frame`` if its time is due."""
        admission = self._admit(frame)
        if not admission.due:
            return None
        if admission.restart:
            self._observer.reset()
        if admission.restart or admission.deserted:
            self._consensus.forget()
        observation = self._observer.observe(frame, self._look)
        return CategoryResult(
            task=self.task,
            frame=frame,
            model=self.model.name,
            backend=observation.backend,
            inference_ms=observation.inference_ms,
            categories=() if admission.deserted else self._selector.select(observation.values),
            settled=None if admission.deserted else self._settle(observation.values, frame),
            warming_up=admission.warming_up,
        )

    def _admit(self, frame: Frame) -> Admission:
        """Whether the frame's time has come, and whether what was is forgotten before."""
        raise NotImplementedError

    def _choose(self, own: CategorySettings, settings: Settings) -> None:
        self._selector = CategorySelector(
            self._observer.traits,
            max_results=own.max_results,
            score_threshold=own.score_threshold,
            allow=own.allow,
            deny=own.deny,
        )
        self._consensus.tune(consensus_parameters(settings))

    def _settle(self, scores: FloatArray, frame: Frame) -> Settled | None:
        found = self._consensus.update(self._selector.visible(scores), frame.timestamp_ns / NS_PER_S)
        return settled_at(found, self._selector.labels.category_names, frame)
