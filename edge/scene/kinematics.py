"""From joint angles to joints in space.

World axes: x to the right of the camera, y away from it, z up; metres. A person's own axes: x forward, y to the left,
z up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from edge.scene.posture import INDEX, SIDES

if TYPE_CHECKING:
    from edge.scene.body import Body
    from edge.scene.posture import Posture

Vector: TypeAlias = NDArray[np.float64]
"""``(3,) float64``."""
Axes: TypeAlias = NDArray[np.float64]
"""``(3, 3) float64``: the columns are forward, left and up in the world."""

MIRROR = {"left": 1.0, "right": -1.0}
_CHEST_FROM = 0.46  # where along the spine the chest begins


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Where every joint is, in metres in the world, and how the stiff parts between them are turned.

    ``points``: pelvis, waist, neck, head, and with ``left_`` or ``right_`` before it shoulder, elbow, wrist, hand
    (its tip), hip, knee, ankle, heel, toe. ``axes``: pelvis, chest, head, and of each side foot and hand.
    """

    points: dict[str, Vector]
    axes: dict[str, Axes]

    def moved(self, offset: Vector) -> Skeleton:
        """The same, elsewhere."""
        return Skeleton({name: point + offset for name, point in self.points.items()}, self.axes)


def pose_skeleton(body: Body, angles: Posture, position: tuple[float, float], heading_deg: float) -> Skeleton:
    """Stand a body at ``place`` on the floor in this posture, looking along ``heading_deg`` (0: x, 90: y).

    Whatever is lowest touches the floor, but for ``lift``.
    """
    values = dict(zip(INDEX, angles.tolist(), strict=True))
    root = _about_up(heading_deg) @ _about_forward(-values["roll"]) @ _about_left(values["lean"])
    skeleton = Skeleton({"pelvis": np.zeros(3)}, {"pelvis": root})
    _add_trunk(skeleton, body, values)
    for side in SIDES:
        _add_arm(skeleton, body, values, side)
        _add_leg(skeleton, body, values, side)
    feet = (skeleton.points["left_ankle"] + skeleton.points["right_ankle"]) * (0.5 * values["planted"])
    up = values["lift"] * body.height_m - _lowest(skeleton, body)
    return skeleton.moved(np.array([position[0] - feet[0], position[1] - feet[1], up]))


def _add_trunk(skeleton: Skeleton, body: Body, values: dict[str, float]) -> None:
    points, axes = skeleton.points, skeleton.axes
    half = _about_up(values["twist"] / 2) @ _about_forward(-values["side"] / 2) @ _about_left(values["bend"] / 2)
    waist_axes = axes["pelvis"] @ half
    chest = waist_axes @ half
    points["waist"] = points["pelvis"] + waist_axes[:, 2] * (body.spine_m * _CHEST_FROM)
    points["neck"] = points["waist"] + chest[:, 2] * (body.spine_m * (1 - _CHEST_FROM))
    head = chest @ _about_up(values["turn"]) @ _about_forward(-values["tilt"]) @ _about_left(values["nod"])
    throat = points["neck"] + (chest[:, 2] + 0.25 * chest[:, 0]) * body.neck_m
    points["head"] = throat + head[:, 2] * (0.42 * body.head_m) + head[:, 0] * (0.06 * body.head_m)
    axes["chest"], axes["head"] = chest, head


def _add_arm(skeleton: Skeleton, body: Body, values: dict[str, float], side: str) -> None:
    points, axes, mirror = skeleton.points, skeleton.axes, MIRROR[side]
    chest = axes["chest"]
    raised = max(0.0, max(values[f"{side}_arm_out"], values[f"{side}_arm_raise"]) - 60.0) / 120.0
    # The shoulder blade follows a raised arm: up and inwards.
    across = mirror * body.shoulder_width_m / 2 * (1.0 - 0.12 * raised)
    points[f"{side}_shoulder"] = (
        points["neck"] + chest[:, 1] * across + chest[:, 2] * (body.height_m * (0.026 * raised - 0.022))
    )
    upper = (
        chest
        @ _about_forward(mirror * values[f"{side}_arm_out"])
        @ _about_left(-values[f"{side}_arm_raise"])
        @ _about_up(mirror * values[f"{side}_arm_turn"])
    )
    fore = upper @ _about_left(-values[f"{side}_elbow"])
    hand = fore @ _about_left(-values[f"{side}_wrist"])
    points[f"{side}_elbow"] = points[f"{side}_shoulder"] - upper[:, 2] * body.upper_arm_m
    points[f"{side}_wrist"] = points[f"{side}_elbow"] - fore[:, 2] * body.forearm_m
    points[f"{side}_hand"] = points[f"{side}_wrist"] - hand[:, 2] * body.hand_m
    axes[f"{side}_hand"] = hand


def _add_leg(skeleton: Skeleton, body: Body, values: dict[str, float], side: str) -> None:
    points, axes, mirror = skeleton.points, skeleton.axes, MIRROR[side]
    points[f"{side}_hip"] = points["pelvis"] + axes["pelvis"][:, 1] * (mirror * body.hip_width_m / 2)
    thigh = (
        axes["pelvis"]
        @ _about_forward(mirror * values[f"{side}_leg_out"])
        @ _about_left(-values[f"{side}_hip"])
        @ _about_up(mirror * values[f"{side}_leg_turn"])
    )
    shank = thigh @ _about_left(values[f"{side}_knee"])
    foot = shank @ _about_up(mirror * 8.0) @ _about_left(-values[f"{side}_ankle"])
    points[f"{side}_knee"] = points[f"{side}_hip"] - thigh[:, 2] * body.thigh_m
    points[f"{side}_ankle"] = points[f"{side}_knee"] - shank[:, 2] * body.shank_m
    sole = points[f"{side}_ankle"] - foot[:, 2] * (body.ankle_m - heel_radius_m(body))
    points[f"{side}_heel"] = sole - foot[:, 0] * (0.20 * body.foot_m)
    points[f"{side}_toe"] = sole + foot[:, 0] * (0.66 * body.foot_m)
    axes[f"{side}_foot"] = foot


def heel_radius_m(body: Body) -> float:
    """Half the height of a shoe."""
    return 0.021 * body.height_m


def _lowest(skeleton: Skeleton, body: Body) -> float:
    """Height of the lowest flesh."""
    sole, trunk, limb = heel_radius_m(body), 0.062 * body.height_m * body.girth, 0.025 * body.height_m
    radii = {"pelvis": trunk, "waist": trunk, "head": 0.4 * body.head_m}
    radii |= {f"{side}_{name}": sole for side in SIDES for name in ("heel", "toe", "ankle", "wrist", "hand")}
    radii |= {f"{side}_{name}": 1.2 * limb for side in SIDES for name in ("shoulder", "elbow", "knee")}
    radii |= {f"{side}_hip": 0.05 * body.height_m * body.girth for side in SIDES}
    return min(float(skeleton.points[name][2]) - radius for name, radius in radii.items())


def _about_forward(degrees: float) -> Axes:
    sine, cosine = _turned(degrees)
    return np.array(((1.0, 0.0, 0.0), (0.0, cosine, -sine), (0.0, sine, cosine)))


def _about_left(degrees: float) -> Axes:
    sine, cosine = _turned(degrees)
    return np.array(((cosine, 0.0, sine), (0.0, 1.0, 0.0), (-sine, 0.0, cosine)))


def _about_up(degrees: float) -> Axes:
    sine, cosine = _turned(degrees)
    return np.array(((cosine, -sine, 0.0), (sine, cosine, 0.0), (0.0, 0.0, 1.0)))


def _turned(degrees: float) -> tuple[float, float]:
    return math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
