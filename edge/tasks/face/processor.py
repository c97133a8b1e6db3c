"""Face at work: the model, and the tracker around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.rate_limiter import RateLimiter
from edge.runtime.model import warm
from edge.tasks.common.look import Look
from edge.tasks.common.settings import TrackingSettings
from edge.tasks.face.boxes import box_of
from edge.tasks.face.result import Face, FaceResult
from edge.tasks.face.settings import FaceSettings
from edge.tasks.face.tracker import FaceTracker, tracker_parameters
from edge.tracking.presence import Presence, PresenceParameters
from edge.types import NS_PER_S, Box

if TYPE_CHECKING:
    from edge.config.sections import Settings
    from edge.runtime.model import ModelOpener
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.occupancy import Occupancy
    from edge.tasks.common.side_inputs import SideInputs
    from edge.tasks.face.observer import FaceObserver
    from edge.types import Frame, TaskName

MODEL_KEYS = frozenset({"model", "device", "threads", "range", "presence_threshold"})
COUNTS_PEOPLE = False


def load(
    model: ChosenModel,
    open_model: ModelOpener,
    settings: Settings,
    *,
    still: bool,  # noqa: ARG001
) -> FaceObserver:
    """The model, warm; a still is seen as a frame is.

    Raises:
        ModelError: it cannot be used.
    """
    from edge.tasks.face.files import files_of  # noqa: PLC0415  # a replay needs no runtime, no OpenCV
    from edge.tasks.face.model import MediaPipeFace  # noqa: PLC0415

    own = settings[FaceSettings]
    files = files_of(model, own.range)
    observer = MediaPipeFace(files, open_model, least_presence=own.presence_threshold)
    for one in observer.models:
        warm(one)
    return observer


def processor(
    model: ChosenModel, observer: FaceObserver, settings: Settings, _occupancy: Occupancy, _side_inputs: SideInputs
) -> FaceProcessor:
    """The tracker around ``observer``."""
    return FaceProcessor(model, observer, settings)


def rate_hz(settings: Settings) -> float:
    """How often it is to run; 0 for every frame."""
    return settings[FaceSettings].max_rate_hz


def needs_people(_settings: Settings) -> bool:
    """It finds faces itself."""
    return False


def why_nothing(_settings: Settings) -> str:
    """It lets no frame out that is due."""
    return ""


class FaceProcessor:
    """Faces keep their ids and are steadied; how many there are is told without flicker."""

    task: TaskName = "face"

    def __init__(self, model: ChosenModel, observer: FaceObserver, settings: Settings) -> None:
        self._tracker = FaceTracker(tracker_parameters(settings))
        self._presence = Presence(PresenceParameters())
        self._limiter = RateLimiter(settings[FaceSettings].max_rate_hz)
        self._segment: int | None = None
        self.swap(model, observer, settings)

    def swap(self, model: ChosenModel, observer: FaceObserver, settings: Settings) -> None:
        """Go on with another model; faces stay who they are."""
        self.model, self._observer = model, observer
        self.tune(settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        self._own, tracking = settings[FaceSettings], settings[TrackingSettings]
        self._tracker.tune(tracker_parameters(settings))
        self._presence.parameters = PresenceParameters(tracking.presence_enter_s, tracking.presence_exit_s)
        self._limiter = self._limiter.at(self._own.max_rate_hz)

    def restart(self) -> None:
        """Begin anew: the next face is the first."""
        self._segment = None
        self._tracker.restart()

    def process(self, frame: Frame) -> FaceResult | None:
        """Find, follow and smooth the faces in ``frame``."""
        if frame.segment != self._segment:
            self._segment = frame.segment
            self._observer.reset()
            self._tracker.forget()
            self._presence.forget()
            self._limiter.restart()
        if not self._limiter.is_due(frame.timestamp_ns):
            return None
        time_s, own = frame.timestamp_ns / NS_PER_S, self._own
        seen = self._observer.observe(frame, Look(region=Box(*own.region), most=own.max_faces))
        meshes, scores = seen.values.meshes[: own.max_faces], seen.values.scores.tolist()
        tracked = self._tracker.update(meshes, time_s, frame.size)
        faces = [
            Face(identity, score, box_of(mesh), mesh) for (identity, mesh), score in zip(tracked, scores, strict=False)
        ]
        return FaceResult(
            frame=frame,
            model=self.model.name,
            backend=seen.backend,
            inference_ms=seen.inference_ms,
            faces=tuple(faces),
            count=self._presence.update(len(faces), time_s),
            publishes_mesh=own.publish == "mesh",
        )
