"""Arms raised: how many confident keypoints a crop keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench.tracking.methods import torso_crop, whole_crop

if TYPE_CHECKING:
    from bench.tracking.clips import Clip
    from edge.types import Box, FloatArray


def kept(clip: Clip) -> tuple[int, int, int]:
    """The fewest of 17 true keypoints in the crops of Edge and of the sample over a clip, and the latter's frame."""
    counts = []
    for points in clip.truth:
        person = np.full((17, 3), 0.9, np.float32)
        person[:, :2] = points / clip.size
        crops = whole_crop(person, clip.size), torso_crop(person, clip.size)
        counts.append([_inside(crop, person) for crop in crops])
    own, sample = np.array(counts).T
    return int(own.min()), int(sample.min()), int(sample.argmin())


def _inside(crop: Box | None, person: FloatArray) -> int:
    if crop is None:
        return len(person)
    y, x = person[:, 0], person[:, 1]
    inside_y = (y >= crop.y) & (y <= crop.y + crop.height)
    inside_x = (x >= crop.x) & (x <= crop.x + crop.width)
    return int((inside_y & inside_x).sum())
