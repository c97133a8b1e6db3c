"""Human proportions, and how they vary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Body:
    """The measures of one person: lengths in metres between the centres of joints, radii of flesh without clothes.

    The usual share of each length in the height is that of Drillis and Contini, "Body Segment Parameters" (1966).
    ``girth`` scales all radii: 1 is average.
    """

    height_m: float
    girth: float
    shoulder_width_m: float
    hip_width_m: float
    spine_m: float
    upper_arm_m: float
    forearm_m: float
    hand_m: float
    thigh_m: float
    shank_m: float
    foot_m: float
    ankle_m: float
    neck_m: float
    head_m: float


def make_body(
    height_m: float = 1.72, *, girth: float = 1.0, shoulders: float = 1.0, hips: float = 1.0, legs: float = 1.0
) -> Body:
    """A body of this height; the other figures are factors on the usual proportions."""
    height = height_m
    leg = (0.530 - 0.045) * height * legs
    return Body(
        height_m=height,
        girth=girth,
        shoulder_width_m=0.198 * height * shoulders,
        hip_width_m=0.108 * height * hips,
        spine_m=0.818 * height - leg - 0.045 * height,
        upper_arm_m=0.172 * height,
        forearm_m=0.150 * height,
        hand_m=0.100 * height,
        thigh_m=leg * 0.505,
        shank_m=leg * 0.495,
        foot_m=0.152 * height,
        ankle_m=0.045 * height,
        neck_m=0.046 * height,
        head_m=0.136 * height,
    )


def random_body(rng: np.random.Generator) -> Body:
    """An adult, drawn from a wide range of heights and builds."""
    return make_body(
        float(rng.uniform(1.52, 1.92)),
        girth=float(rng.uniform(0.85, 1.28)),
        shoulders=float(rng.uniform(0.92, 1.12)),
        hips=float(rng.uniform(0.92, 1.12)),
        legs=float(rng.uniform(0.96, 1.03)),
    )
