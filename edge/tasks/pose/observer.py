"""What pose's processor asks of a model. What is written down can stand in for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tasks.common.observer import RunsOn
    from edge.types import Box, Fit, FloatArray, Frame


@dataclass(frozen=True, slots=True)
class PoseObservation:
    """What the model saw, before any steadying.

    ``people`` is ``(n, 17, 3) float32``: y, x, score, normalised to the frame; a single-pose model always gives n = 1.
    """

    people: FloatArray
    inference_ms: float


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
