"""The One Euro filter for arrays, in seconds.

After Casiez, Roussel and Vogel, "1€ Filter: A Simple Speed-based Low-pass Filter for Noisy Input in Interactive
Systems", CHI 2012: a first-order low-pass whose cut-off grows with the speed of the signal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from edge.types import FloatArray


@dataclass(frozen=True, slots=True)
class OneEuroParameters:
    """``beta`` multiplies the speed in scales a second; see :class:`OneEuroFilter` for the scale."""

    min_cutoff_hz: float = 1.0
    beta: float = 8.0
    derivative_cutoff_hz: float = 2.0


class OneEuroFilter:
    """Filters an array of any shape, element by element; steps may be uneven."""

    def __init__(self, parameters: OneEuroParameters) -> None:
        self.parameters = parameters
        self._value: FloatArray | None = None
        self._speed: FloatArray | None = None

    def update(self, value: FloatArray, step_s: float, scale: float) -> FloatArray:
        """Filter ``value`` (float32, the same shape each time), ``step_s`` seconds after the last.

        ``scale`` is the size of the subject in the units of ``value``: speed is measured in scales a second, so that
        a person far away is smoothed like one close by. The first value, and one with no time since the last, is
        returned as it is.
        """
        if self._value is None or self._speed is None or step_s <= 0 or scale <= 0:
            self._value, self._speed = value.copy(), np.zeros_like(value)
            return value
        parameters = self.parameters
        speed = (value - self._value) * np.float32(1 / (step_s * scale))
        self._speed += (speed - self._speed) * _smoothing(parameters.derivative_cutoff_hz, step_s)
        cutoff_hz = np.abs(self._speed)
        cutoff_hz *= np.float32(parameters.beta)
        cutoff_hz += np.float32(parameters.min_cutoff_hz)
        turns = cutoff_hz * np.float32(2 * math.pi * step_s)
        self._value = self._value + (value - self._value) * (turns / (turns + np.float32(1)))
        return self._value


def _smoothing(cutoff_hz: float, step_s: float) -> np.float32:
    """Weight of the new value in a first-order low-pass."""
    turns = 2 * math.pi * cutoff_hz * step_s
    return np.float32(turns / (turns + 1))
