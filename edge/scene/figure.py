"""A dressed body around a skeleton: trunk, arms and legs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.scene.body_parts import Part
from edge.scene.head import head_parts
from edge.scene.kinematics import MIRROR, heel_radius_m
from edge.scene.posture import SIDES

if TYPE_CHECKING:
    from edge.scene.body import Body
    from edge.scene.kinematics import Skeleton
    from edge.scene.looks import Looks

_CLOTH_M = 0.006


def dress(skeleton: Skeleton, body: Body, looks: Looks) -> list[Part]:
    """Everything to be drawn of one person."""
    parts = _trunk(skeleton, body, looks)
    for side in SIDES:
        parts += _arm(skeleton, body, looks, side)
        parts += _leg(skeleton, body, looks, side)
    if looks.legwear == "skirt":
        parts += _skirt(skeleton, body, looks)
    return parts + head_parts(skeleton, body, looks)


def _trunk(skeleton: Skeleton, body: Body, looks: Looks) -> list[Part]:
    points, chest, pelvis = skeleton.points, skeleton.axes["chest"], skeleton.axes["pelvis"]
    height = body.height_m
    deep = 0.062 * height * body.girth
    weave = looks.weave
    wide = (body.shoulder_width_m * 0.5 + 0.018 * body.height_m * body.girth) / deep
    hips = (body.hip_width_m * 0.5 + 0.040 * body.height_m * body.girth) / deep
    up = chest[:, 2]
    parts = [
        Part(
            points["pelvis"] + pelvis[:, 2] * (0.030 * height),
            points["pelvis"] + pelvis[:, 2] * (0.050 * height),
            deep * 1.02,
            deep * 0.92,
            looks.legs,
            axes=pelvis,
            stretch=(1.08, hips, 1.0),
        ),
        Part(
            points["pelvis"] + pelvis[:, 2] * (0.062 * height),
            points["waist"] + up * (0.05 * height),
            deep * 0.98,
            deep * 0.95,
            looks.shirt,
            axes=chest,
            stretch=(0.55 + 0.55 * body.girth, (wide + hips) * 0.5, 0.6),
            weave=weave,
        ),
        Part(
            points["waist"] + up * (0.01 * height),
            points["neck"] - up * (0.058 * height),
            deep * 0.95,
            deep * 0.92,
            looks.shirt,
            axes=chest,
            stretch=(1.1, wide, 1.0),
            weave=weave,
        ),
        Part(
            points["neck"] - up * (0.015 * height),
            points["head"] - skeleton.axes["head"][:, 2] * (0.22 * body.head_m),
            0.033 * height,
            0.030 * height,
            looks.skin,
        ),
    ]
    for side in SIDES:
        shoulder = points[f"{side}_shoulder"]
        collar = points["neck"] + up * (0.004 * height) + chest[:, 1] * (MIRROR[side] * 0.018 * height)
        parts.append(
            Part(collar, shoulder, 0.030 * height, 0.034 * height * body.girth, looks.shirt, weave=looks.weave)
        )
    return parts


def _arm(skeleton: Skeleton, body: Body, looks: Looks, side: str) -> list[Part]:
    points = skeleton.points
    shoulder, elbow, wrist = (points[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist"))
    girth = body.height_m * body.girth
    top, middle, low = 0.031 * girth, 0.023 * girth, 0.0155 * body.height_m
    swell = elbow + (wrist - elbow) * 0.3
    bends, swings = f"{side}_elbow", f"{side}_wrist"
    shirt, weave, cloth = looks.shirt, looks.weave, _CLOTH_M
    hands = _hand(skeleton, body, looks, side)
    if looks.sleeves == "long":
        top, middle, low = top + cloth, middle + cloth, low + cloth
        return [
            Part(shoulder, elbow, top, middle, shirt, weave=weave, moves_with=bends),
            Part(elbow, swell, middle * 0.98, middle * 1.02, shirt, weave=weave, moves_with=bends),
            Part(swell, wrist, middle * 1.02, low, shirt, weave=weave, moves_with=swings),
            *hands,
        ]
    hem = shoulder + (elbow - shoulder) * (0.55 if looks.sleeves == "short" else 0.12)
    bare = shoulder + (elbow - shoulder) * 0.14
    return [
        Part(shoulder, hem, top + cloth, top * 0.92 + cloth * 1.5, shirt, weave=weave, moves_with=bends),
        Part(bare, elbow, top * 0.97, middle, looks.skin, moves_with=bends),
        Part(elbow, swell, middle * 0.98, middle * 1.02, looks.skin, moves_with=bends),
        Part(swell, wrist, middle * 1.02, low, looks.skin, moves_with=swings),
        *hands,
    ]


def _hand(skeleton: Skeleton, body: Body, looks: Looks, side: str) -> list[Part]:
    wrist, tip, axes = skeleton.points[f"{side}_wrist"], skeleton.points[f"{side}_hand"], skeleton.axes[f"{side}_hand"]
    palm = wrist + (tip - wrist) * 0.45
    thumb = wrist + (palm - wrist) * 0.5 + axes[:, 0] * (0.020 * body.height_m)
    thick, flat, moves = 0.0155 * body.height_m, (1.3, 0.75, 1.0), f"{side}_hand"
    return [
        Part(wrist, palm, thick * 1.05, thick * 1.25, looks.skin, axes=axes, stretch=flat, moves_with=moves),
        Part(palm, tip, thick * 1.1, thick * 0.6, looks.skin, axes=axes, stretch=flat, moves_with=moves),
        Part(wrist, thumb, thick * 0.6, thick * 0.5, looks.skin, detail=True, moves_with=moves),
    ]


def _leg(skeleton: Skeleton, body: Body, looks: Looks, side: str) -> list[Part]:
    points = skeleton.points
    hip, knee, ankle, heel, toe = (points[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "heel", "toe"))
    height, girth = body.height_m, body.girth
    top, middle, low = 0.050 * height * girth, 0.032 * height * (0.5 + 0.5 * girth), 0.020 * height
    long_ = looks.legwear == "trousers"
    cloth = _CLOTH_M if long_ else 0.0
    lower = looks.legs if long_ else looks.skin
    hem = knee if long_ else hip + (knee - hip) * 0.85
    wide = {"trousers": 1.0, "shorts": 1.18, "skirt": 1.45}[looks.legwear]
    calf = knee + (ankle - knee) * 0.32
    sole = heel_radius_m(body)
    parts = [
        Part(hip, hem, top, middle * wide + cloth, looks.legs, moves_with=f"{side}_knee"),
        Part(knee, calf, middle + cloth, middle * 1.06 + cloth, lower, moves_with=f"{side}_knee"),
        Part(calf, ankle, middle * 1.06 + cloth, low + cloth, lower, moves_with=f"{side}_ankle"),
        Part(heel, toe, sole * 1.12, sole * 0.95, looks.shoes, moves_with=f"{side}_ankle"),
        Part(ankle, (heel + toe) * 0.5, sole, sole, looks.shoes, moves_with=f"{side}_ankle"),
    ]
    if not long_:
        parts.append(Part(hip, knee, top * 0.9, middle, looks.skin, moves_with=f"{side}_knee"))
    return parts


def _skirt(skeleton: Skeleton, body: Body, looks: Looks) -> list[Part]:
    """What hangs between the thighs, which are dressed already."""
    pelvis, axes = skeleton.points["pelvis"], skeleton.axes["pelvis"]
    left, right = skeleton.points["left_knee"], skeleton.points["right_knee"]
    hem = pelvis + ((left + right) * 0.5 - pelvis) * 0.83
    radius = 0.058 * body.height_m * body.girth
    forward, across = (abs(float(((left - right) * axes[:, axis]).sum())) * 0.4 for axis in (0, 1))
    stretch = max(0.9, forward / radius), max(1.0, across / radius), 0.7
    return [Part(pelvis, hem, radius, radius * 1.05, looks.legs, axes=axes, stretch=stretch)]
