"""What pose finds: people with their keypoints."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.tasks.pose.landmarks import Landmarks
    from edge.types import Backend, Box, FloatArray, Frame


SEEN_SCORE = 0.3
"""From this score on a keypoint is taken to be there, where nothing better is known."""


@dataclass(frozen=True, slots=True)
class Keypoint:
    """One named point of a person, normalised, score 0..1."""

    name: str
    x: float
    y: float
    score: float


@dataclass(frozen=True, slots=True)
class Pose:
    """One person. ``keypoints`` is ``(17, 3) float32``: y, x, score, rows in the order of ``COCO_17``.

    ``seen`` says of each whether it is there, by its scores over time; None where that is not known. ``landmarks`` are
    what some models know beyond the keypoints.
    """

    id: int
    score: float
    box: Box
    keypoints: FloatArray
    seen: tuple[bool, ...] | None = None
    landmarks: Landmarks | None = None

    def without_mask(self) -> Pose:
        """The same without which pixels are of this person."""
        if self.landmarks is None or self.landmarks.mask is None:
            return self
        return replace(self, landmarks=replace(self.landmarks, mask=None))

    def named_keypoints(self) -> Iterator[Keypoint]:
        """Yield the 17 keypoints in COCO order with their names."""
        for name, (y, x, score) in zip(COCO_17.names, self.keypoints.tolist(), strict=True):
            yield Keypoint(name, x, y, score)


@dataclass(frozen=True, slots=True)
class PoseResult:
    """The people in one frame; ``people`` may be empty."""

    frame: Frame
    model: str
    backend: Backend
    inference_ms: float
    people: tuple[Pose, ...]
    task: Literal["pose"] = "pose"

    def without_masks(self) -> PoseResult:
        """The same without which pixels are of whom."""
        return replace(self, people=tuple(person.without_mask() for person in self.people))
