"""Sets of keypoints: their names, and what is known of a body by them. Arrays of keypoints have a row for each name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from edge.types import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class KeypointSet:
    """The keypoints of a model or a data set, in the order of its rows.

    ``bones`` are pairs of rows with a line between them. ``falloffs`` are ``(n,) float32``: how far apart people set
    each keypoint, as a share of the root of the body's area; see :func:`edge.tracking.geometry.oks`. ``shoulders`` and
    ``hips`` are the rows of the left and the right one. The first ``face_count`` rows lie in the face.
    """

    names: tuple[str, ...]
    bones: tuple[tuple[int, int], ...]
    falloffs: FloatArray
    shoulders: tuple[int, int]
    hips: tuple[int, int]
    face_count: int


def _rows(names: tuple[str, ...], *pairs: str) -> tuple[tuple[int, int], ...]:
    """Pairs written as ``first-second``, as rows."""
    ends = (pair.split("-") for pair in pairs)
    return tuple((names.index(first), names.index(second)) for first, second in ends)


_COCO_NAMES = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)

COCO_17 = KeypointSet(
    names=_COCO_NAMES,
    bones=_rows(
        _COCO_NAMES,
        "nose-left_eye",
        "nose-right_eye",
        "left_eye-left_ear",
        "right_eye-right_ear",
        "left_ear-left_shoulder",
        "right_ear-right_shoulder",
        "left_shoulder-right_shoulder",
        "left_hip-right_hip",
        "left_shoulder-left_hip",
        "right_shoulder-right_hip",
        "left_shoulder-left_elbow",
        "left_elbow-left_wrist",
        "right_shoulder-right_elbow",
        "right_elbow-right_wrist",
        "left_hip-left_knee",
        "left_knee-left_ankle",
        "right_hip-right_knee",
        "right_knee-right_ankle",
    ),
    falloffs=np.array(
        [
            0.026,
            0.025,
            0.025,
            0.035,
            0.035,
            0.079,
            0.079,
            0.072,
            0.072,
            0.062,
            0.062,
            0.107,
            0.107,
            0.087,
            0.087,
            0.089,
            0.089,
        ],
        np.float32,
    ),
    shoulders=(5, 6),
    hips=(11, 12),
    face_count=5,
)
"""The 17 keypoints of COCO; the falloffs are the standard deviations of its keypoint evaluation."""
