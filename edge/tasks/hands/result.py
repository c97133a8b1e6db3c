"""What hands finds: hands with their landmarks and gestures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from edge.types import Backend, Box, FloatArray, Frame, Settled

Side: TypeAlias = Literal["Left", "Right"]


@dataclass(frozen=True, slots=True)
class Handedness:
    """Which of somebody's hands it is, and how sure that is, 0.5 to 1."""

    category_name: Side
    score: float


@dataclass(frozen=True, slots=True)
class Gesture:
    """A gesture by its name in :data:`edge.tasks.hands.gestures.GESTURES`, and its probability."""

    category_name: str
    score: float


@dataclass(frozen=True, slots=True)
class Hand:
    """One hand. Rows are in the order of :data:`edge.tasks.hands.landmarks.NAMES`.

    ``keypoints`` are ``(21, 3) float32`` x, y, z normalised to the frame, z from the wrist in the scale of x, smaller
    towards the camera; ``keypoints_3d`` are ``(21, 3)`` x, y, z in metres from the middle of the hand. ``score`` is how
    sure it is that there is one.
    """

    id: int
    score: float
    handedness: Handedness
    box: Box
    keypoints: FloatArray
    keypoints_3d: FloatArray
    gesture: Gesture | None


@dataclass(frozen=True, slots=True)
class HandsResult:
    """The hands in one frame; ``hands`` may be empty.

    ``count`` is how many are believed to be there, None while that is not known; ``settled`` the gesture that has
    settled first of those that hold.
    """

    frame: Frame
    model: str
    backend: Backend
    inference_ms: float
    hands: tuple[Hand, ...]
    count: int | None
    settled: Settled | None
    task: Literal["hands"] = "hands"
