"""Which of somebody's hands it is."""

from __future__ import annotations

from edge.tasks.hands.result import Handedness

_EVEN = 0.5


def handedness(right: float, *, mirrored: bool) -> Handedness:
    """Of the probability that a hand is a right one as the model sees it; ``mirrored``: in a mirrored picture.

    MediaPipe's older graphs called the same number the left hand, as they took each picture for a mirrored one; its
    tasks and this project mean the hand of the person before a camera that mirrors nothing.
    """
    own = 1 - right if mirrored else right
    return Handedness("Right", own) if own > _EVEN else Handedness("Left", 1 - own)
