"""The light of a scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Colour = tuple[float, float, float]
"""Red, green and blue, 0..255; as light a factor for each, around 1."""


@dataclass(frozen=True, slots=True)
class Light:
    """One lamp or window far away, and what the room gives back of it.

    ``towards`` points to the lamp (a unit vector, world axes); ``colour`` is that of its light, ``ambient`` what falls
    in from everywhere.
    """

    towards: tuple[float, float, float] = (-0.45, -0.55, 0.70)
    colour: Colour = (0.72, 0.70, 0.66)
    ambient: Colour = (0.42, 0.43, 0.46)


def random_light(rng: np.random.Generator) -> Light:
    """Warm or cold, from anywhere above, hard or soft."""
    x, y, z = float(rng.uniform(-1, 1)), float(rng.uniform(-1, 0.35)), float(rng.uniform(0.55, 1.6))
    length = (x * x + y * y + z * z) ** 0.5
    warmth, strength, softness = float(rng.uniform(-1, 1)), float(rng.uniform(0.75, 1.2)), float(rng.uniform(0.3, 0.55))
    tint = (1 + 0.10 * warmth, 1.0, 1 - 0.13 * warmth)
    red, green, blue = (part * strength for part in tint)
    hard = 1.12 - softness
    return Light(
        towards=(x / length, y / length, z / length),
        colour=(red * hard, green * hard, blue * hard),
        ambient=(softness * strength, softness * strength * 1.01, softness * strength * 1.05),
    )
