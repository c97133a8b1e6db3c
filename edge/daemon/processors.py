"""A task with its tracker: frames in, steadied results out.

Everything here is called by one worker thread. ``tune`` (other thresholds, rates, lists, tracking; what is
remembered stays) and ``swap`` (another model) come between two frames, so that settings change while the appliance
runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from edge.base.rate_limiter import RateLimiter
from edge.daemon.tracking import (
    consensus_parameters,
    crop_parameters,
    gate_parameters,
    people_parameters,
    presence_parameters,
)
from edge.errors import ModelOutputError
from edge.tasks.action.gate import Admission, StreamGate
from edge.tasks.common.categories import CategorySelector
from edge.tasks.common.category_result import CategoryResult
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.pose.result import Pose, PoseResult
from edge.tasks.pose.tracker import PoseTracker
from edge.tracking.consensus import LabelConsensus
from edge.types import NS_PER_S, Box, Settled

if TYPE_CHECKING:
    from edge.config.settings import ActionSettings, ClassificationSettings, Settings
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import (
        ActionObserver,
        ClassificationObserver,
        PoseObservation,
        PoseObserver,
        ScoreObservation,
        ScoreObserver,
    )
    from edge.tasks.common.occupancy import Attendance
    from edge.tracking.people import TrackedPerson
    from edge.types import Frame, Result, TaskName


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
            ModelError: the model failed. ModelOutputError: it has no answer to this frame; the next may have one.
        """
        ...


class PoseProcessor:
    """Pose: the crop follows the person (single-pose models), ids and keypoints are steadied."""

    task: TaskName = "pose"

    def __init__(
        self, model: ChosenModel, task: PoseObserver, settings: Settings, board: Occupancy | None = None
    ) -> None:
        self._board = board or Occupancy()
        self._board.watch()
        self._tracker = PoseTracker(people_parameters(settings), crop_parameters(settings), single=task.is_single)
        self._cadence = RateLimiter(settings.pose.max_rate_hz)
        self._segment: int | None = None
        self.swap(model, task, settings)

    def swap(self, model: ChosenModel, task: PoseObserver, settings: Settings) -> None:
        """Go on with another model; people stay who they are."""
        self.model = model
        self._task = task
        self._tracker.look_everywhere()
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        own = settings.pose
        self._task.fit, self._task.region = own.fit, Box(*own.region)
        self._tracker.tune(people_parameters(settings), crop_parameters(settings), single=self._task.is_single)
        self._board.tune(presence_parameters(settings))
        self._cadence = self._cadence.at(own.max_rate_hz)

    def restart(self) -> None:
        """Begin anew: the next person is the first."""
        self._segment = None
        self._tracker.restart()

    def process(self, frame: Frame) -> PoseResult | None:
        """Find, follow and smooth the people in ``frame``."""
        if frame.segment != self._segment:
            self._segment = frame.segment
            self._tracker.forget()
            self._board.forget()
            self._cadence.restart()
        if not self._cadence.is_due(frame.timestamp_ns):
            return None
        time_s = frame.timestamp_ns / NS_PER_S
        observation = self._look(frame, time_s)
        people = self._tracker.update(observation.people, time_s, frame.size, self._task.region)
        self._board.see(len(people), time_s)
        return PoseResult(
            frame=frame,
            model=self.model.name,
            backend=self._task.model.backend,
            inference_ms=observation.inference_ms,
            people=tuple([_pose(person) for person in people]),
        )

    def _look(self, frame: Frame, time_s: float) -> PoseObservation:
        crop = self._tracker.crop
        if crop is not None:
            return self._task.observe(frame, crop)
        region = self._task.region
        return self._task.observe(frame, None, lambda people: self._tracker.closer(people, time_s, frame.size, region))


def _pose(person: TrackedPerson) -> Pose:
    person.keypoints.flags.writeable = False
    return Pose(person.id, person.score, person.box, person.keypoints, person.seen)


class CategoryProcessor:
    """The best categories of each frame, and the label that has settled; what classification and action share."""

    task: Literal["classification", "action"]
    model: ChosenModel
    _task: ScoreObserver

    def __init__(self, settings: Settings) -> None:
        self._consensus = LabelConsensus(consensus_parameters(settings))

    def process(self, frame: Frame) -> CategoryResult | None:
        """Classify ``frame`` if its time is due."""
        admission = self._admit(frame)
        if not admission.due:
            return None
        if admission.restart:
            self._task.reset()
            self._consensus.forget()
        observation = self._task.observe(frame)
        return CategoryResult(
            task=self.task,
            frame=frame,
            model=self.model.name,
            backend=self._task.model.backend,
            inference_ms=observation.inference_ms,
            categories=self._selector.select(observation.scores),
            settled=self._settle(observation, frame),
            warming_up=admission.warming_up,
        )

    def _admit(self, frame: Frame) -> Admission:
        """Whether the frame's time has come, and whether what was is forgotten before."""
        raise NotImplementedError

    def _choose(self, own: ClassificationSettings | ActionSettings, settings: Settings) -> None:
        self._selector = CategorySelector(
            self._task.labels,
            max_results=own.max_results,
            score_threshold=own.score_threshold,
            allow=own.allow,
            deny=own.deny,
        )
        self._consensus.tune(consensus_parameters(settings))

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


class ActionProcessor(CategoryProcessor):
    """Action: the model is fed at its rate of the stream's own time and remembers what it saw.

    ``board`` says whether pose sees anybody, for the gate ``person``, which is open while pose does not look.
    """

    task = "action"

    def __init__(
        self, model: ChosenModel, task: ActionObserver, settings: Settings, board: Attendance | None = None
    ) -> None:
        super().__init__(settings)
        self._board = board or Occupancy()
        self._gate = StreamGate(gate_parameters(settings))
        self.swap(model, task, settings)

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
            lambda: self._streamed.glance(frame),
            lambda: self._board.may_anybody_be_there,
        )

    def swap(self, model: ChosenModel, task: ActionObserver, settings: Settings) -> None:
        """Go on with another model, which has seen nothing yet."""
        self.model, self._task, self._streamed = model, task, task
        self._consensus.forget()
        self._gate.restart()
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        self._gate.tune(gate_parameters(settings))
        self._choose(settings.action, settings)


class AttendedProcessor:
    """A task whose gate asks whether anybody is there, behind pose, which sees each frame first in the same thread."""

    def __init__(self, processor: Processor, pose: Processor) -> None:
        self.model = processor.model
        self.task = processor.task
        self._processor = processor
        self._pose = pose

    def restart(self) -> None:
        """Begin anew, both of them."""
        self._pose.restart()
        self._processor.restart()

    def process(self, frame: Frame) -> Result | None:
        """The task's result of a frame; None where its rate or gate leaves it out.

        Raises:
            ModelError: a model failed.
        """
        self._pose.process(frame)
        return self._processor.process(frame)
