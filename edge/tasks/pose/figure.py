"""One person as a figure of limbs and joints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import cv2

from edge.overlay.blending import blended
from edge.overlay.style import JOINT, LEFT, MIDDLE, OUTLINE, RIGHT, Color, Rect
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.overlay.style import Scale
    from edge.types import ImageArray

Point: TypeAlias = tuple[int, int]


def _side_color(*names: str) -> Color:
    sides = {name.partition("_")[0] for name in names} & {"left", "right"}
    if len(sides) != 1:
        return MIDDLE
    return LEFT if sides == {"left"} else RIGHT


_NAMES = COCO_17.names
BONES: tuple[tuple[int, int, Color], ...] = tuple((a, b, _side_color(_NAMES[a], _NAMES[b])) for a, b in COCO_17.bones)
JOINT_COLORS: tuple[Color, ...] = tuple(_side_color(name) for name in _NAMES)


@dataclass(frozen=True, slots=True)
class Joint:
    """A keypoint on a picture: the pixel (column, row) it lies on, its score 0..1, and how opaque it is, 0..1."""

    point: Point
    score: float
    opacity: float


@dataclass(frozen=True, slots=True)
class _Limb:
    start: Point
    end: Point
    color: Color
    width_px: int
    opacity: float


def draw_figure(image: ImageArray, joints: Sequence[Joint], scale: Scale) -> None:
    """Draw a person in place on ``(H, W, 3) uint8`` RGB; ``joints`` are in the order of ``COCO_17``.

    A limb has the colour of its side of the body, and is the thicker the surer both its ends are.
    """
    limbs = [_limb(joints[a], joints[b], color, scale) for a, b, color in BONES]
    for limb in limbs:
        if 0 < limb.opacity < 1:
            _fade_limb(image, limb, scale)
    whole = [limb for limb in limbs if limb.opacity >= 1]
    # All outlines first: none cuts through another limb.
    for limb in whole:
        cv2.line(image, limb.start, limb.end, OUTLINE, limb.width_px + 2 * scale.outline_px, cv2.LINE_8)
    for limb in whole:
        cv2.line(image, limb.start, limb.end, limb.color, limb.width_px, cv2.LINE_AA)
    for index, joint in enumerate(joints):
        if joint.opacity >= 1:
            _draw_joint(image, joint.point, _radius_px(index, joint, scale), JOINT_COLORS[index], scale)
        elif joint.opacity > 0:
            _fade_joint(image, joint, _radius_px(index, joint, scale), JOINT_COLORS[index], scale)


def _limb(start: Joint, end: Joint, color: Color, scale: Scale) -> _Limb:
    width_px = max(2, round(scale.line_px * (0.4 + 0.6 * min(start.score, end.score))))
    return _Limb(start.point, end.point, color, width_px, min(start.opacity, end.opacity))


def _radius_px(index: int, joint: Joint, scale: Scale) -> int:
    """The surer, the larger; those of the face are small."""
    size = joint.score * (0.6 if index < COCO_17.face_count else 1.0)
    return max(2, round(scale.joint_px * (0.55 + 0.45 * size)))


def _draw_joint(image: ImageArray, point: Point, radius_px: int, color: Color, scale: Scale) -> None:
    """A dot of the side's colour with a white centre."""
    cv2.circle(image, point, radius_px + scale.outline_px, OUTLINE, cv2.FILLED)
    cv2.circle(image, point, radius_px, color, cv2.FILLED, cv2.LINE_AA)
    cv2.circle(image, point, max(1, radius_px // 2), JOINT, cv2.FILLED, cv2.LINE_AA)


def _fade_joint(image: ImageArray, joint: Joint, radius_px: int, color: Color, scale: Scale) -> None:
    around = _around(joint.point, joint.point, radius_px + scale.outline_px)
    with blended(image, around, joint.opacity) as part:
        _draw_joint(part, _moved(joint.point, around), radius_px, color, scale)


def _fade_limb(image: ImageArray, limb: _Limb, scale: Scale) -> None:
    around = _around(limb.start, limb.end, limb.width_px + scale.outline_px)
    with blended(image, around, limb.opacity) as part:
        start, end = _moved(limb.start, around), _moved(limb.end, around)
        cv2.line(part, start, end, OUTLINE, limb.width_px + 2 * scale.outline_px, cv2.LINE_8)
        cv2.line(part, start, end, limb.color, limb.width_px, cv2.LINE_AA)


def _around(start: Point, end: Point, reach_px: int) -> Rect:
    """What a line between two points covers, with so much beside it."""
    left, right = sorted((start[0], end[0]))
    top, bottom = sorted((start[1], end[1]))
    return Rect(left - reach_px, top - reach_px, right - left + 2 * reach_px + 1, bottom - top + 2 * reach_px + 1)


def _moved(point: Point, part: Rect) -> Point:
    """A pixel of the image as one of a part of it that is cut at the image's left and top border."""
    return point[0] - max(0, part.left), point[1] - max(0, part.top)
