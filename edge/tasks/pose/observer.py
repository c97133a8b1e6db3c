"""What pose's processor asks of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from edge.tasks.common.observer import Observation
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tasks.common.look import Look
    from edge.tasks.common.observer import Observer
    from edge.types import Box, FloatArray, Frame

PERSON_SHAPE = (len(COCO_17.names), 3)
"""Of one person's keypoints, rows in the order of ``COCO_17``: y, x, score."""


@dataclass(frozen=True, slots=True)
class PoseTraits:
    """``is_single``: the model always reports one person. ``quantum``: the step in which it tells places.

    The step is a share of the longer side of what was looked at; within it a still point seems to shake. What a trace
    does not say is that of MoveNet Lightning in int8, 0.0041 measured.
    """

    is_single: bool
    quantum: float = 0.004


PoseObserver: TypeAlias = "Observer[PoseTraits, FloatArray]"
"""Finds people.

``values`` are ``(n, *PERSON_SHAPE) float32``, normalised to the frame; a model of a single person gives n = 1.
"""


def look_closer(
    observer: PoseObserver, frame: Frame, look: Look, closer: Callable[[FloatArray], Box | None]
) -> Observation[FloatArray]:
    """What the model says or, where ``closer`` finds a crop in that, what it says of that one; the time is of both.

    Raises:
        ModelError: the model failed, see :class:`edge.tasks.common.observer.Observer`.
    """
    first = observer.observe(frame, look)
    crop = closer(first.values)
    if crop is None:
        return first
    second = observer.observe(frame, look._replace(crop=crop))
    return Observation(second.values, first.inference_ms + second.inference_ms, second.backend)
