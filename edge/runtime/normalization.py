"""How the pixels of a picture become the numbers of a float input."""

from __future__ import annotations

import math
from dataclasses import dataclass

_CHANNELS = 3


@dataclass(frozen=True, slots=True)
class Normalization:
    """A float input is ``(pixel - mean) / std`` with pixel 0..255; one number for all channels or three, R, G and B."""

    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def problem(self) -> str:
        """Why pictures cannot be normalised so; empty for nothing."""
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) not in {1, _CHANNELS}:
                return f"{len(values)} numbers for the {name} of {_CHANNELS} channels"
            if not all(map(math.isfinite, values)):
                return f"a {name} that is no number"
        return "" if min(self.std) > 0 else "a std that is not above 0"
