"""What a model says, between it and its processor: written down by a recorder, or given back in a replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from edge.runtime.labels import Labels
    from edge.types import Backend, Box, FloatArray, ImageArray, TaskName

THUMBNAIL = (24, 32)
"""Rows and columns of the grey picture by which a gate tells motion and cuts."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What a processor has to know of its model: its labels, and whether it always reports one person."""

    labels: Labels | None = None
    is_single: bool = False


@dataclass(frozen=True, slots=True)
class TracedTask:
    """A task and its model."""

    name: TaskName
    model: str
    traits: Traits


@dataclass(frozen=True, slots=True)
class Observed:
    """What a model said.

    ``values`` is ``(n, 17, 3) float32`` for pose (y, x, score, normalised), ``(classes,) float32`` for the others;
    ``crop`` is where pose was told to look, None for everywhere; ``observed_ns`` is on the clock of ``captured_ns``.
    """

    values: FloatArray
    inference_ms: float
    backend: Backend
    observed_ns: int
    crop: Box | None = None


class Recorder(Protocol):
    """Whoever writes down what is asked and answered for one frame."""

    def observed(self, values: FloatArray, inference_ms: float, backend: Backend, crop: Box | None) -> None:
        """Note what the model said; ``crop`` is where it was told to look. The array may be the model's own memory."""
        ...

    def glanced(self, thumbnail: ImageArray) -> None:
        """Note what the gate was shown."""
        ...


class Answers(Protocol):
    """What was written down of the present frame. Whatever was not is an error of the one who asks."""

    @property
    def backend(self) -> Backend:
        """What computed it then."""
        ...

    def observed(self, crop: Box | None) -> Observed:
        """What the model said; ``crop`` is where it is told to look now."""
        ...

    def thumbnail(self) -> ImageArray:
        """What the gate was shown."""
        ...
