"""Who of those found is who of those there: by object keypoint similarity, the most alike first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from edge.tracking.geometry import oks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tasks.pose.result import Pose
    from edge.types import FloatArray

FOUND_FROM = 0.5
"""From this OKS on somebody is found."""


class Somebody(NamedTuple):
    """``keypoints`` is ``(17, 3) float32``: y, x in pixels, and above 0 where it counts; the area is in pixels, too."""

    keypoints: FloatArray
    area_px: float


class Match(NamedTuple):
    """The OKS of somebody with whoever was found there, and the number of that one; 0 and None: nobody."""

    oks: float = 0.0
    found: int | None = None


def matches(people: Sequence[Somebody], found: Sequence[Pose], picture: tuple[int, int]) -> list[Match]:
    """A match for each of ``people``; whoever was found is one of them at most. ``picture``: height, width."""
    pixels = [pose.keypoints * np.array((*picture, 1), np.float32) for pose in found]
    for one in pixels:
        one[:, 2] = 1  # keypoints count whatever their scores are
    alike = np.array([[oks(one.keypoints, other, one.area_px, 1) for other in pixels] for one in people], np.float32)
    best = [Match()] * len(people)
    while alike.size and alike.max() > 0:
        person, number = (int(index) for index in np.unravel_index(int(alike.argmax()), alike.shape))
        best[person] = Match(float(alike[person, number]), number)
        alike[person], alike[:, number] = 0, 0
    return best
