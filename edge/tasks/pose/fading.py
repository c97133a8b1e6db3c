"""Keypoints that come into view and go out of it, without popping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from edge.types import FloatArray, Frame

FADE_S = 0.3
"""How long a keypoint takes from nothing to full, and back."""
_MOST = 0.5
"""However slowly results come, there is a step in between."""
_LONGEST_STEP_S = 1.0
"""After a longer time nobody remembers the picture before."""


class Fading:
    """How opaque the keypoints of people are, from frame to frame.

    A person who is new is there at once, and one who has gone is gone at once. So is everything on the first frame,
    after a gap and after a restart of the source.
    """

    def __init__(self) -> None:
        self._opacities: Mapping[int, FloatArray] = {}
        self._frame: Frame | None = None

    def update(self, frame: Frame, shown: Mapping[int, NDArray[np.bool_]]) -> Mapping[int, FloatArray]:
        """Take in which keypoints of each person, by id, are to be seen on the next frame, or on the same again.

        Returns:
            How opaque each is, 0 to 1, ``(17,) float32`` for each person.
        """
        step = self._step(frame)
        before = self._opacities if step is not None else {}
        most = np.float32(step or 0.0)
        opacities: dict[int, FloatArray] = {}
        for identity, is_shown in shown.items():
            wanted = is_shown.astype(np.float32)
            last = before.get(identity, wanted)
            opacities[identity] = last + np.clip(wanted - last, -most, most)
        self._opacities, self._frame = opacities, frame
        return opacities

    def _step(self, frame: Frame) -> float | None:
        """How much an opacity may change, by half at most.

        None where the frame does not go on from the one before.
        """
        last = self._frame
        if last is None or last.segment != frame.segment:
            return None
        passed_s = (frame.timestamp_ns - last.timestamp_ns) / NS_PER_S
        return min(_MOST, passed_s / FADE_S) if 0 <= passed_s <= _LONGEST_STEP_S else None
