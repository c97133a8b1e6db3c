"""What a processor asks of a task: a model that observes frames. What is written down can stand in for a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from edge.runtime.labels import Labels
    from edge.types import Backend, FloatArray, Frame


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
