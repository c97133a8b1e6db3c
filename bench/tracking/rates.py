"""Frame rates: which frames of a clip of 30 a second a slower or an uneven camera delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Rate: TypeAlias = Literal["30", "15", "10", "5", "10 uneven"]
RATES: tuple[Rate, ...] = ("30", "15", "10", "5", "10 uneven")
_PAUSES = (2, 3, 4, 3, 2, 1, 6)
"""Frames of 1/30 s from one to the next, in turn drawn at random: 10 a second on average, gaps of up to 0.2 s."""


def kept_frames(rate: Rate, frames: int, seed: int) -> NDArray[np.intp]:
    """The numbers of the frames that are delivered of ``frames`` at 30 a second."""
    if rate != "10 uneven":
        return np.arange(0, frames, 30 // int(rate))
    steps = np.random.default_rng(seed).choice(_PAUSES, frames)
    kept = np.concatenate([[0], np.cumsum(steps)])
    return kept[kept < frames]
