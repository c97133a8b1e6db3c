"""Pose at work: the model, and the tracker around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.rate_limiter import RateLimiter
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.pose.movenet import MoveNet
from edge.tasks.pose.parameters import crop_parameters, people_parameters, presence_parameters
from edge.tasks.pose.result import Pose, PoseResult
from edge.tasks.pose.tracker import PoseTracker
from edge.types import NS_PER_S, Box

if TYPE_CHECKING:
    from edge.config.settings import Settings
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import PoseObservation, PoseObserver
    from edge.tasks.common.occupancy import Attendance
    from edge.tracking.people import TrackedPerson
    from edge.types import Frame, TaskName

MODEL_KEYS = frozenset({"model", "threads"})
COUNTS_PEOPLE = True


def load(model: ChosenModel, _settings: Settings, *, threads: int, still: bool) -> MoveNet:
    """The model, warm; ``still``: for unrelated pictures.

    Raises:
        ModelError: it cannot be used.
    """
    task = MoveNet(model.path, threads=threads, still=still)
    task.model.invoke()
    return task


def processor(
    model: ChosenModel, observer: PoseObserver, settings: Settings, occupancy: Occupancy, _attendance: Attendance
) -> PoseProcessor:
    """The tracker around ``observer``; whom it sees it writes to ``occupancy``."""
    return PoseProcessor(model, observer, settings, occupancy)


def rate_hz(settings: Settings) -> float:
    """How often it is to run; 0 for every frame."""
    return settings.pose.max_rate_hz


def needs_people(_settings: Settings) -> bool:
    """It finds them itself."""
    return False


def why_nothing(_settings: Settings) -> str:
    """It lets no frame out that is due."""
    return ""


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
