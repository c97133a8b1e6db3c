"""A room of people as a model of a single person sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.common.observer import Observation
from edge.tasks.pose.finder import box_of
from edge.tasks.pose.observer import PoseTraits
from edge.tracking.geometry import iou
from tests.tracking.test_crop import standing

if TYPE_CHECKING:
    from edge.tasks.common.look import Look
    from edge.types import Box, FloatArray, Frame

PICTURE = (480, 640)
_HALF = 0.5
_HIDDEN = 0.6


def at(x: float, scale: float = 0.5, score: float = 0.8) -> FloatArray:
    """A standing person around column ``x``."""
    person = standing(scale, score)
    person[:, 1] += np.float32(x - 0.5)
    return person


class Room:
    """Of those in a look who are not hidden the model says the one nearest to its middle, or nobody, badly."""

    traits = PoseTraits(is_single=True)

    def __init__(self, *people: FloatArray) -> None:
        self.people = list(people)
        self.looks: list[Look] = []
        self.look_ms = 10.0

    def reset(self) -> None:
        """Nothing to forget."""

    def observe(self, _frame: Frame, look: Look) -> Observation[FloatArray]:
        """As an observer of pose does."""
        self.looks.append(look)
        part = look.crop or look.region
        seen = [person for person in self.people if _is_seen(person, part, look.hidden)]
        nearest = min(seen, key=lambda person: abs(_middle(person) - part.x - part.width / 2), default=at(0.5, score=0))
        return Observation(nearest[None].copy(), self.look_ms, "cpu")


def _is_seen(person: FloatArray, part: Box, hidden: tuple[Box, ...]) -> bool:
    if any(iou(box_of(person), box) > _HIDDEN for box in hidden):
        return False
    return part.x <= _middle(person) <= part.x + part.width


def _middle(person: FloatArray) -> float:
    return float(person[:, 1].mean())
