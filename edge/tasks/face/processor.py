"""Face at work: the model, and the tracker around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.runtime.model import warm
from edge.tasks.common.counting_processor import CountingProcessor
from edge.tasks.common.place_boxes import box_of
from edge.tasks.face.observer import FaceTraits, SeenFaces
from edge.tasks.face.result import Face, FaceResult
from edge.tasks.face.settings import FaceSettings
from edge.tasks.face.tracker import FaceTracker, tracker_parameters
from edge.types import NS_PER_S

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


class FaceProcessor(CountingProcessor[FaceTraits, SeenFaces]):
    """Faces keep their ids and are steadied; how many there are is told without flicker."""

    task: TaskName = "face"

    def __init__(self, model: ChosenModel, observer: FaceObserver, settings: Settings) -> None:
        self._tracker = FaceTracker(tracker_parameters(settings))
        super().__init__(self._tracker, model, observer, settings)

    def tune(self, settings: Settings) -> None:
        """Go on with other settings."""
        own = settings[FaceSettings]
        self._publishes_mesh = own.publish == "mesh"
        self._tracker.tune(tracker_parameters(settings))
        self._settle(settings, rate_hz=own.max_rate_hz, region=own.region, most=own.max_faces)

    def process(self, frame: Frame) -> FaceResult | None:
        """Find, follow and smooth the faces in ``frame``."""
        seen = self._observe(frame)
        if seen is None:
            return None
        meshes, scores = seen.values.meshes[: self._look.most], seen.values.scores.tolist()
        tracked = self._tracker.update(meshes, frame.timestamp_ns / NS_PER_S, frame.size)
        faces = [
            Face(identity, score, box_of(mesh), mesh) for (identity, mesh), score in zip(tracked, scores, strict=False)
        ]
        return FaceResult(
            frame=frame,
            model=self.model.name,
            backend=seen.backend,
            inference_ms=seen.inference_ms,
            faces=tuple(faces),
            count=self._count(len(faces), frame),
            publishes_mesh=self._publishes_mesh,
        )
