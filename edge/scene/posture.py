"""A posture is a vector of joint angles; this names its elements and bounds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

Posture: TypeAlias = NDArray[np.float64]
"""``(32,) float64``: degrees (but ``lift`` and ``planted``), in the order of ``LIMITS``."""
Side: TypeAlias = Literal["left", "right"]

SIDES: tuple[Side, Side] = ("left", "right")

# Positive is: forward, to the left, towards the chest, away from the body's middle, bent. Ranges after the norms of
# the American Academy of Orthopaedic Surgeons, rounded and a little wider where whole limbs share the movement.
_CENTRAL = {
    "lean": (-95.0, 95.0),
    "roll": (-95.0, 95.0),
    "bend": (-30.0, 85.0),
    "side": (-35.0, 35.0),
    "twist": (-50.0, 50.0),
    "nod": (-50.0, 55.0),
    "turn": (-80.0, 80.0),
    "tilt": (-40.0, 40.0),
    "lift": (0.0, 0.3),
    "planted": (0.0, 1.0),
}
_PAIRED = {
    "arm_raise": (-60.0, 180.0),
    "arm_out": (-40.0, 180.0),
    "arm_turn": (-90.0, 95.0),
    "elbow": (0.0, 150.0),
    "wrist": (-70.0, 75.0),
    "hip": (-30.0, 125.0),
    "leg_out": (-30.0, 50.0),
    "leg_turn": (-40.0, 50.0),
    "knee": (0.0, 150.0),
    "ankle": (-50.0, 35.0),
}
LIMITS: dict[str, tuple[float, float]] = _CENTRAL | {
    f"{side}_{name}": bounds for side in SIDES for name, bounds in _PAIRED.items()
}
"""Smallest and largest value of each element. ``lift`` is a share of the body's height above the floor, ``planted`` is
1 where the feet hold their place on the floor and 0 where the hips do."""
INDEX = {name: index for index, name in enumerate(LIMITS)}

_LOW, _HIGH = (np.array(bounds) for bounds in zip(*LIMITS.values(), strict=True))
_REST = {
    "planted": 1.0,
    **{f"{side}_{name}": value for side in SIDES for name, value in (("arm_out", 9.0), ("elbow", 14.0), ("knee", 3.0))},
}


def posture(both: Mapping[str, float] | None = None, **angles: float) -> Posture:
    """A posture that differs from standing at rest by ``both`` (angles of both sides) and ``angles``, within limits.

    Where no ankle is given, the soles are held level.
    """
    values = _REST | {f"{side}_{name}": value for side in SIDES for name, value in (both or {}).items()} | angles
    made = np.zeros(len(LIMITS))
    for name, value in values.items():
        made[INDEX[name]] = value
    for side in SIDES:
        if f"{side}_ankle" not in values:
            level = values.get("lean", 0.0) + values[f"{side}_knee"] - values.get(f"{side}_hip", 0.0)
            made[INDEX[f"{side}_ankle"]] = level
    return within_limits(made)


def within_limits(given: Posture) -> Posture:
    """The nearest posture that a body can take."""
    return np.clip(given, _LOW, _HIGH)


def blend(start: Posture, end: Posture, share: float) -> Posture:
    """``start`` at 0, ``end`` at 1, and in between what lies between them."""
    return start + (end - start) * share


def smooth(share: float) -> float:
    """Ease in and out: 0 up to 0, 1 from 1 on, without a jerk at either end."""
    held = min(1.0, max(0.0, share))
    return held * held * (3.0 - 2.0 * held)
