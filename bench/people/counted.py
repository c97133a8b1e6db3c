"""A pose task as the pipeline makes it, which counts how often its models run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from edge.config.load import load as load_settings
from edge.runtime.interpreter import TfliteModel
from edge.settings import SCHEMA
from edge.tasks.common.model_choice import ChosenModel
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.side_inputs import LiveSideInputs
from edge.tasks.pose import processor as pose

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.tasks.common.look import Look
    from edge.tasks.common.observer import Observation
    from edge.tasks.pose.observer import PoseObserver, PoseTraits
    from edge.tasks.pose.result import Pose
    from edge.types import FloatArray, Frame

MOST_PEOPLE = 6


@dataclass(slots=True)
class Runs:
    """How often models have run."""

    count: int = 0


class CountedPose:
    """Pose with the files of ``model``, the CPU computing; ``still``: of unrelated pictures.

    Where ``run_ms`` is given, every run of a model is said to have taken so long, whatever this machine took.
    """

    def __init__(self, model: ChosenModel, *, still: bool, run_ms: float | None = None) -> None:
        settings = load_settings(SCHEMA, None, (f"pose.max_people={MOST_PEOPLE}", "inference.threads=1")).settings
        self._runs = Runs()
        observer = pose.load(model, _counting(self._runs), settings, still=still)
        if run_ms is not None:
            observer = _TimedObserver(observer, self._runs, run_ms)
        self._processor = pose.processor(model, observer, settings, Occupancy(), LiveSideInputs())
        self._still = still
        self._runs.count = 0

    @property
    def runs(self) -> int:
        """How often its models have run so far."""
        return self._runs.count

    def detect(self, frame: Frame) -> tuple[Pose, ...]:
        """Whom it shows."""
        if self._still:
            self._processor.restart()
        result = self._processor.process(frame)
        return result.people if result else ()


class _TimedObserver:
    """An observer whose runs take a given time."""

    def __init__(self, observer: PoseObserver, runs: Runs, run_ms: float) -> None:
        self._observer, self._runs, self._run_ms = observer, runs, run_ms

    @property
    def traits(self) -> PoseTraits:
        return self._observer.traits

    def reset(self) -> None:
        self._observer.reset()

    def observe(self, frame: Frame, look: Look) -> Observation[FloatArray]:
        before = self._runs.count
        observation = self._observer.observe(frame, look)
        return replace(observation, inference_ms=(self._runs.count - before) * self._run_ms)


def chosen(path: Path, detector: Path | None = None) -> ChosenModel:
    """A model by its file or, with a detector, BlazePose by its two."""
    parts = {"detector": detector, "landmarks": path} if detector else {}
    return ChosenModel(path.stem, path, parts=parts)


def _counting(runs: Runs) -> Callable[..., TfliteModel]:
    class Counted(TfliteModel):
        def invoke(self) -> None:
            runs.count += 1
            super().invoke()

    return Counted
