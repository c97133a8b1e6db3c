"""What a processor asks of a task: a model that observes frames. What is written down can stand in for a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.runtime.labels import Labels
    from edge.types import Backend, Box, Fit, FloatArray, Frame, ImageArray, Rotation


@dataclass(frozen=True, slots=True)
class PoseObservation:
    """What the model saw, before any steadying.

    ``people`` is ``(n, 17, 3) float32``: y, x, score, normalised to the frame; a single-pose model always gives n = 1.
    """

    people: FloatArray
    inference_ms: float


@dataclass(frozen=True, slots=True)
class ScoreObservation:
    """``scores`` is ``(classes,) float32``, probabilities of one frame before any steadying."""

    scores: FloatArray
    inference_ms: float


class RunsOn(Protocol):
    """A model, as far as it says where it runs."""

    @property
    def backend(self) -> Backend:
        """What computes it."""
        ...


class PoseObserver(Protocol):
    """Finds people; ``fit`` and ``region`` may be changed between two frames."""

    fit: Fit
    region: Box

    @property
    def model(self) -> RunsOn:
        """What runs."""
        ...

    @property
    def is_single(self) -> bool:
        """Whether it always reports one person."""
        ...

    def observe(
        self, frame: Frame, crop: Box | None = None, closer: Callable[[FloatArray], Box | None] | None = None
    ) -> PoseObservation:
        """Find people in ``crop`` (normalised; None: in all of the region).

        ``closer`` is told the people and may name another crop: then the answer is what is seen there, in the same
        frame.
        """
        ...


class ScoreObserver(Protocol):
    """Scores the classes of a model."""

    @property
    def model(self) -> RunsOn:
        """What runs."""
        ...

    @property
    def labels(self) -> Labels:
        """The names of the classes."""
        ...

    def reset(self) -> None:
        """Forget everything seen."""
        ...

    def observe(self, frame: Frame) -> ScoreObservation:
        """Score one frame."""
        ...


class ClassificationObserver(ScoreObserver, Protocol):
    """Looks at a part of the frame; all three may be changed between two frames."""

    fit: Fit
    region: Box
    rotate: Rotation


class ActionObserver(ScoreObserver, Protocol):
    """Is fed with the frames of a stream."""

    def glance(self, frame: Frame) -> ImageArray:
        """A frame as a few grey places, to see whether something moved or the scene was cut."""
        ...
