"""What pose's processor asks of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from edge.tasks.common.observer import Observer
    from edge.types import FloatArray

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
