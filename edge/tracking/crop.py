"""The crop that follows a person, so that MoveNet sees the person large.

After the algorithm that TensorFlow published with MoveNet: a square around the middle of the hips, wide enough for the
torso and for every visible keypoint. Distances are taken from each keypoint to that middle (the widely copied Python
sample measures the body range wrongly and cuts raised arms off).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.types import Box

if TYPE_CHECKING:
    from edge.tracking.geometry import Rows

MIN_SCORE = 0.2
TORSO_FACTOR = 1.9
BODY_FACTOR = 1.2

_LEFT_SHOULDER, _RIGHT_SHOULDER, _LEFT_HIP, _RIGHT_HIP = 5, 6, 11, 12
_TORSO = (_LEFT_SHOULDER, _RIGHT_SHOULDER, _LEFT_HIP, _RIGHT_HIP)


def next_crop(rows: Rows, picture: tuple[int, int], region: Box) -> Box | None:
    """Where to look for a person in the next picture; None: in all of the region.

    ``rows`` are the person's 17 keypoints (y, x, score, normalised); ``picture`` is ``(height, width)`` in pixels;
    ``region`` bounds the search, normalised. The crop is square in pixels, normalised, and may reach beyond the region.
    None when the torso is not seen (no hip or no shoulder above 0.2) or when the crop would be larger than the padded
    square of the whole region.
    """
    if not (_is_seen(rows, _LEFT_HIP, _RIGHT_HIP) and _is_seen(rows, _LEFT_SHOULDER, _RIGHT_SHOULDER)):
        return None
    height, width = picture
    y = (rows[_LEFT_HIP][0] + rows[_RIGHT_HIP][0]) / 2
    x = (rows[_LEFT_HIP][1] + rows[_RIGHT_HIP][1]) / 2
    reaches = [max(abs(row[0] - y) * height, abs(row[1] - x) * width) for row in rows]
    torso = max([reaches[i] for i in _TORSO])
    body = max([reach for reach, row in zip(reaches, rows, strict=True) if row[2] > MIN_SCORE])
    to_edge = max(
        (y - region.y) * height,
        (region.y + region.height - y) * height,
        (x - region.x) * width,
        (region.x + region.width - x) * width,
    )
    half = min(max(torso * TORSO_FACTOR, body * BODY_FACTOR), to_edge)
    if half <= 1 or half > max(region.height * height, region.width * width) / 2:
        return None
    return Box(x=x - half / width, y=y - half / height, width=2 * half / width, height=2 * half / height)


def _is_seen(rows: Rows, left: int, right: int) -> bool:
    return rows[left][2] > MIN_SCORE or rows[right][2] > MIN_SCORE
