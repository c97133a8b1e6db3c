"""Pose at work: the model, and the tracker around it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np

from edge.base.rate_limiter import RateLimiter
from edge.runtime.model import warm
from edge.tasks.common.look import Look
from edge.tasks.common.tracker_parameters import presence_parameters
from edge.tasks.pose.attention import Attention
from edge.tasks.pose.landmark_smoother import LandmarkSmoother
from edge.tasks.pose.observer import PERSON_SHAPE
from edge.tasks.pose.result import Pose, PoseResult
from edge.tasks.pose.settings import PoseSettings
from edge.tasks.pose.sight import Looks
from edge.tasks.pose.torso import CLOTHES, clothes
from edge.tasks.pose.tracker import PoseTracker
from edge.tasks.pose.tracker_parameters import crop_parameters, people_parameters
from edge.types import NS_PER_S, Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from edge.config.sections import Settings
    from edge.runtime.model import ModelOpener
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.common.side_inputs import SideInputs
    from edge.tasks.pose.landmarks import Landmarks
    from edge.tasks.pose.observer import PoseObserver
    from edge.tasks.pose.sight import Sight
    from edge.tracking.person import TrackedPerson
    from edge.types import Frame, ImageArray, TaskName

MODEL_KEYS = frozenset({"model", "device", "threads", "input_size"})
COUNTS_PEOPLE = True


def load(model: ChosenModel, open_model: ModelOpener, settings: Settings, *, still: bool) -> PoseObserver:
    """The model, warm; ``still``: for unrelated pictures.

    Raises:
        ModelError: it cannot be used.
    """
    from edge.tasks.pose.models import open_pose_model, parts_of  # noqa: PLC0415  # a replay needs no runtime, no OpenCV

    if parts := model.parts or parts_of(model.path):
        return _load_blazepose(parts, open_model, still=still)
    observer = open_pose_model(model.path, open_model, still=still, long_side_px=settings[PoseSettings].input_size)
    warm(observer.model)
    return observer


def _load_blazepose(parts: Mapping[str, Path], open_model: ModelOpener, *, still: bool) -> PoseObserver:
    from edge.tasks.pose.blazepose.model import BlazePose  # noqa: PLC0415  # as above

    observer = BlazePose(parts["detector"], parts["landmarks"], open_model, still=still)
    for one in observer.models:
        warm(one)
    return observer


def processor(
    model: ChosenModel, observer: PoseObserver, settings: Settings, occupancy: Occupancy, side_inputs: SideInputs
) -> PoseProcessor:
    """The tracker around ``observer``; whom it sees it writes to ``occupancy``."""
    return PoseProcessor(model, observer, settings, occupancy, side_inputs)


def rate_hz(settings: Settings) -> float:
    """How often it is to run; 0 for every frame."""
    return settings[PoseSettings].max_rate_hz


def needs_people(_settings: Settings) -> bool:
    """It finds them itself."""
    return False


def why_nothing(_settings: Settings) -> str:
    """It lets no frame out that is due."""
    return ""


class PoseProcessor:
    """Pose: a crop follows each person (single-pose models), ids and keypoints are steadied."""

    task: TaskName = "pose"

    def __init__(
        self,
        model: ChosenModel,
        observer: PoseObserver,
        settings: Settings,
        occupancy: Occupancy,
        side_inputs: SideInputs,
    ) -> None:
        self._occupancy = occupancy
        self._side_inputs = side_inputs
        self._occupancy.watch()
        self._tracker = PoseTracker(people_parameters(settings), crop_parameters(settings), observer.traits)
        self._attention = Attention(self._tracker)
        self._landmarks = LandmarkSmoother(None)
        self._limiter = RateLimiter(settings[PoseSettings].max_rate_hz)
        self._segment: int | None = None
        self.swap(model, observer, settings)

    def swap(self, model: ChosenModel, observer: PoseObserver, settings: Settings) -> None:
        """Go on with another model; people stay who they are."""
        self.model = model
        self._observer = observer
        self._tracker.look_everywhere()
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        own = settings[PoseSettings]
        self._fit, self._region, self._most = own.fit, Box(*own.region), own.max_people
        self._tracker.tune(people_parameters(settings), crop_parameters(settings), self._observer.traits)
        self._landmarks.tune(people_parameters(settings).smoothing)
        self._occupancy.tune(presence_parameters(settings))
        self._limiter = self._limiter.at(own.max_rate_hz)
        self._period_s = 1 / own.max_rate_hz if own.max_rate_hz else 0.0

    def restart(self) -> None:
        """Begin anew: the next person is the first."""
        self._segment = None
        self._tracker.restart()

    def process(self, frame: Frame) -> PoseResult | None:
        """Find, follow and smooth the people in ``frame``."""
        if frame.segment != self._segment:
            self._segment = frame.segment
            self._observer.reset()
            self._tracker.forget()
            self._attention.restart()
            self._landmarks.forget()
            self._occupancy.forget()
            self._limiter.restart()
        if not self._limiter.is_due(frame.timestamp_ns):
            return None
        time_s = frame.timestamp_ns / NS_PER_S
        size, region, attention = frame.size, self._region, self._attention
        looks = Looks(self._observer, frame, Look(fit=self._fit, region=region, most=self._most))
        sights = attention.look(looks, self._period_s)
        people = self._tracker.update(
            sights, time_s, size, region, waiting=attention.waiting, clothes=lambda: self._clothes(frame, sights)
        )
        self._occupancy.see(len(people), time_s)
        return PoseResult(
            frame=frame,
            model=self.model.name,
            backend=looks.backend,
            inference_ms=looks.inference_ms,
            people=self._poses(people, looks.details, time_s, size),
        )

    def _clothes(self, frame: Frame, sights: Sequence[Sight]) -> ImageArray | None:
        people = np.array([one.keypoints for one in sights], np.float32).reshape(-1, *PERSON_SHAPE)
        found = self._side_inputs.of_frame_if_known(CLOTHES, lambda: clothes(frame, people))
        return found if found is not None and len(found) == len(people) else None

    def _poses(
        self, people: Sequence[TrackedPerson], details: tuple[object, ...], time_s: float, size: tuple[int, int]
    ) -> tuple[Pose, ...]:
        """The people as they are published, with their landmarks where the model has said any."""
        if not details:
            return tuple([_pose(person) for person in people])
        landmarks = self._landmarks.update(people, cast("tuple[Landmarks, ...]", details), time_s, size)
        return tuple([replace(_pose(person), landmarks=landmarks[person.id]) for person in people])


def _pose(person: TrackedPerson) -> Pose:
    person.keypoints.flags.writeable = False
    return Pose(person.id, person.score, person.box, person.keypoints, person.seen)
