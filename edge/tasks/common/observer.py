"""What a processor asks of a task: a model that observes frames. What is written down can stand in for a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from edge.runtime.labels import Labels
    from edge.tasks.common.look import Look
    from edge.types import Backend, FloatArray, Frame

TraitsT_co = TypeVar("TraitsT_co", covariant=True)
ValuesT_co = TypeVar("ValuesT_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Observation(Generic[ValuesT_co]):
    """What a model said of one frame, before any steadying.

    ``values`` are of the task's own kind, in memory of their own; ``backend`` is what computed them. ``details`` are
    what some models say beyond them, one for each of ``values``.
    """

    values: ValuesT_co
    inference_ms: float
    backend: Backend
    details: tuple[object, ...] = ()


class Observer(Protocol[TraitsT_co, ValuesT_co]):
    """A model as its processor sees it."""

    @property
    def traits(self) -> TraitsT_co:
        """What a processor has to know of its model, of the task's own kind; it stays the same."""
        ...

    def reset(self) -> None:
        """Forget everything seen."""
        ...

    def observe(self, frame: Frame, look: Look, /) -> Observation[ValuesT_co]:
        """What the model says of a part of a frame.

        Raises:
            ModelError: the model failed. ModelOutputError: what it answered is no number.
        """
        ...


ScoreObserver: TypeAlias = "Observer[Labels, FloatArray]"
"""Scores the classes of a model by name; ``values`` are ``(classes,) float32`` probabilities."""
