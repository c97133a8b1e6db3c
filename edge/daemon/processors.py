"""A task with its tracker: frames in, steadied results out.

Everything here is called by one worker thread. ``tune`` (other thresholds, rates, lists, tracking; what is
remembered stays) and ``swap`` (another model) come between two frames, so that settings change while the appliance
runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np

from edge.tasks.categories import CategorySelector
from edge.tracking.cadence import Cadence
from edge.tracking.consensus import ConsensusParameters, LabelConsensus
from edge.tracking.crop import next_crop
from edge.tracking.geometry import mean_score
from edge.tracking.one_euro import OneEuroParameters
from edge.tracking.people import PeopleParameters, PeopleTracker
from edge.types import NS_PER_S, Box, CategoryResult, Pose, PoseResult, Settled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.settings import ActionSettings, ClassificationSettings, Settings, TrackingSettings
    from edge.daemon.models import ChosenModel
    from edge.tasks.action import ActionTask
    from edge.tasks.classification import ClassificationTask, ScoreObservation
    from edge.tasks.pose import PoseTask
    from edge.tracking.people import TrackedPerson
    from edge.types import FloatArray, Frame, Result, TaskName


class Processor(Protocol):
    """What a worker thread runs."""

    model: ChosenModel

    @property
    def task(self) -> TaskName:
        """Which task's results this makes."""
        ...

    def restart(self) -> None:
        """Begin anew: the next frame is of another subject and continues nothing."""
        ...

    def process(self, frame: Frame) -> Result | None:
        """The result of a frame; None where the task's rate leaves it out.

        Raises:
            ModelError: the model failed.
        """
        ...


class PoseProcessor:
    """Pose: the crop follows the person (single-pose models), ids and keypoints are steadied."""

    task: TaskName = "pose"

    def __init__(self, model: ChosenModel, task: PoseTask, settings: Settings) -> None:
        self._tracker = PeopleTracker(_people_parameters(settings.tracking), single=task.is_single)
        self._cadence = Cadence(settings.pose.max_rate_hz)
        self._segment: int | None = None
        self.swap(model, task, settings)

    def swap(self, model: ChosenModel, task: PoseTask, settings: Settings) -> None:
        """Go on with another model; people stay who they are."""
        self.model = model
        self._task = task
        self._crop: Box | None = None
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        own = settings.pose
        self._task.fit, self._task.region = own.fit, Box(*own.region)
        self._threshold = own.score_threshold
        self._max_people = own.max_people
        self._tracker.tune(_people_parameters(settings.tracking), single=self._task.is_single)
        self._cadence = self._cadence.at(own.max_rate_hz)

    def restart(self) -> None:
        """Begin anew: the next person is the first."""
        self._segment = None
        self._tracker.restart()

    def process(self, frame: Frame) -> PoseResult | None:
        """Find, follow and smooth the people in ``frame``."""
        if frame.segment != self._segment:
            self._segment, self._crop = frame.segment, None
            self._tracker.forget()
            self._cadence.restart()
        if not self._cadence.is_due(frame.timestamp_ns):
            return None
        observation = self._task.observe(frame, self._crop)
        people = self._tracker.update(self._shown(observation.people), frame.timestamp_ns / NS_PER_S)
        self._crop = self._follow(people, frame) if self._task.is_single else None
        return PoseResult(
            frame=frame,
            model=self.model.name,
            backend=self._task.model.backend,
            inference_ms=observation.inference_ms,
            people=tuple([_pose(person) for person in people]),
        )

    def _shown(self, people: FloatArray) -> list[FloatArray]:
        """The people with a high enough mean score, best first, no more than wanted."""
        scores = [mean_score(rows) for rows in people.tolist()]
        best_first = sorted(range(len(scores)), key=scores.__getitem__, reverse=True)[: self._max_people]
        # A broken model gives what is not a number, which no threshold is below and no filter would ever forget.
        return [people[i] for i in best_first if scores[i] >= self._threshold and np.isfinite(people[i]).all()]

    def _follow(self, people: Sequence[TrackedPerson], frame: Frame) -> Box | None:
        return next_crop(people[0].rows, frame.size, self._task.region) if people else None


def _pose(person: TrackedPerson) -> Pose:
    person.keypoints.flags.writeable = False
    return Pose(id=person.id, score=mean_score(person.rows), box=person.box, keypoints=person.keypoints)


class CategoryProcessor:
    """The best categories of each frame, and the label that has settled; what classification and action share."""

    task: Literal["classification", "action"]
    model: ChosenModel
    _task: ClassificationTask | ActionTask

    def __init__(self, settings: Settings) -> None:
        self._consensus = LabelConsensus(_consensus_parameters(settings.tracking))
        self._cadence = Cadence(0)
        self._segment: int | None = None

    def restart(self) -> None:
        """Begin anew: nothing that was seen counts any more."""
        self._segment = None

    def process(self, frame: Frame) -> CategoryResult | None:
        """Classify ``frame`` if its time is due."""
        if frame.segment != self._segment:
            self._segment = frame.segment
            self._task.reset()
            self._consensus.forget()
            self._cadence.restart()
        if not self._cadence.is_due(frame.timestamp_ns):
            return None
        observation = self._task.observe(frame)
        return CategoryResult(
            task=self.task,
            frame=frame,
            model=self.model.name,
            backend=self._task.model.backend,
            inference_ms=observation.inference_ms,
            categories=self._selector.select(observation.scores),
            settled=self._settle(observation, frame),
        )

    def _choose(self, own: ClassificationSettings | ActionSettings, rate_hz: float, tracking: TrackingSettings) -> None:
        self._selector = CategorySelector(
            self._task.labels,
            max_results=own.max_results,
            score_threshold=own.score_threshold,
            allow=own.allow,
            deny=own.deny,
        )
        self._consensus.tune(_consensus_parameters(tracking))
        self._cadence = self._cadence.at(rate_hz)

    def _settle(self, observation: ScoreObservation, frame: Frame) -> Settled | None:
        time_s = frame.timestamp_ns / NS_PER_S
        settled = self._consensus.update(self._selector.visible(observation.scores), time_s)
        if settled is None:
            return None
        age_ns = round((time_s - settled.since_s) * NS_PER_S)
        name = self._selector.labels.category_names[settled.index]
        return Settled(category_name=name, since_ns=frame.captured_ns - age_ns)


class ClassificationProcessor(CategoryProcessor):
    """Classification: every frame stands for itself, only the settled label remembers."""

    task = "classification"

    def __init__(self, model: ChosenModel, task: ClassificationTask, settings: Settings) -> None:
        super().__init__(settings)
        self.swap(model, task, settings)

    def swap(self, model: ChosenModel, task: ClassificationTask, settings: Settings) -> None:
        """Go on with another model; its labels may be others, so the settled one is forgotten."""
        self.model, self._task, self._classifier = model, task, task
        self._consensus.forget()
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        own = settings.classification
        self._classifier.fit, self._classifier.region = own.fit, Box(*own.region)
        self._classifier.rotate = own.rotate
        self._choose(own, own.max_rate_hz, settings.tracking)


class ActionProcessor(CategoryProcessor):
    """Action: the model is fed at its rate of the stream's own time and remembers what it saw."""

    task = "action"

    def __init__(self, model: ChosenModel, task: ActionTask, settings: Settings) -> None:
        super().__init__(settings)
        self.swap(model, task, settings)

    def swap(self, model: ChosenModel, task: ActionTask, settings: Settings) -> None:
        """Go on with another model, which has seen nothing yet."""
        self.model, self._task = model, task
        self._consensus.forget()
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        self._choose(settings.action, settings.action.rate_hz, settings.tracking)


def _people_parameters(tracking: TrackingSettings) -> PeopleParameters:
    one_euro = OneEuroParameters(tracking.min_cutoff_hz, tracking.beta, tracking.derivative_cutoff_hz)
    return PeopleParameters(tracking.max_gap_s, one_euro if tracking.smoothing else None)


def _consensus_parameters(tracking: TrackingSettings) -> ConsensusParameters:
    return ConsensusParameters(
        tracking.label_window_s, tracking.label_enter, tracking.label_exit, tracking.label_hold_s
    )
