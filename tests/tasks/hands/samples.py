"""Hands as models might see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.tasks.hands.gestures import GESTURES
from edge.tasks.hands.landmarks import SeenHand
from tests.tasks.hands.toys import upright_hand

if TYPE_CHECKING:
    from edge.types import FloatArray

PICTURE = (480, 640)


def scores(gesture: str, score: float = 0.9) -> FloatArray:
    """The probabilities of all gestures."""
    found = np.full(len(GESTURES), (1 - score) / (len(GESTURES) - 1), np.float32)
    found[GESTURES.index(gesture)] = score
    return found


def seen_hand(x: float, y: float = 0.5, *, right: float = 0.95, gesture: str = "", size: float = 0.2) -> SeenHand:
    """One of this size around a place, all normalised to a square; no gestures are told where none is given."""
    shape = upright_hand() / 224 - 0.5
    points = np.zeros((21, 3), np.float32)
    points[:, :2] = shape * size + (x, y)
    world = np.concatenate((shape * 0.2, np.zeros((21, 1), np.float32)), axis=1).astype(np.float32)
    return SeenHand(points, world, 0.9, right, scores(gesture) if gesture else np.zeros(0, np.float32))
