"""People: their skeletons and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import cv2
import numpy as np

from edge.overlay.style import JOINT, LEFT, MIDDLE, OUTLINE, RIGHT, TEXT, Color, Rect, darken, person_color
from edge.overlay.text import draw_text, text_style, text_width_px
from edge.tasks.pose.result import SEEN_SCORE
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge.overlay.canvas import Canvas
    from edge.overlay.style import Scale
    from edge.tasks.pose.result import Pose, PoseResult
    from edge.types import ImageArray, Result

# A keypoint further out than this many frames is a mistake, and would overflow a pixel coordinate.
FAR = 4.0


def _side_color(*names: str) -> Color:
    sides = {name.partition("_")[0] for name in names} & {"left", "right"}
    if len(sides) != 1:
        return MIDDLE
    return LEFT if sides == {"left"} else RIGHT


_NAMES = COCO_17.names
BONES: tuple[tuple[int, int, Color], ...] = tuple((a, b, _side_color(_NAMES[a], _NAMES[b])) for a, b in COCO_17.bones)
JOINT_COLORS: tuple[Color, ...] = tuple(_side_color(name) for name in _NAMES)


class Painter:
    """Draws people in the camera's picture."""

    SHOWS_PEOPLE: ClassVar = True

    def paint(self, canvas: Canvas, result: Result, top_px: int) -> int:
        """Draw the people of a result in place, without what is not seen.

        Where a pose does not say what is seen, that is what scores at least ``SEEN_SCORE``.
        """
        picture = canvas.inside()
        for pose in cast("PoseResult", result).people:
            _draw_person(picture, pose)
        return top_px


def _draw_person(picture: Canvas, pose: Pose) -> None:
    image, scale = picture.image, picture.scale
    points, shown = _to_pixels(pose, picture)
    bones = [(points[a], points[b], color) for a, b, color in BONES if shown[a] and shown[b]]
    for start, end, _ in bones:
        cv2.line(image, start, end, OUTLINE, scale.line_px + 2 * scale.outline_px, cv2.LINE_8)
    for start, end, color in bones:
        cv2.line(image, start, end, color, scale.line_px, cv2.LINE_AA)
    for index, point in enumerate(points):
        if shown[index]:
            _draw_joint(image, point, index, float(pose.keypoints[index, 2]), scale)
    _draw_tag(image, pose, [point for point, seen in zip(points, shown, strict=True) if seen], scale)


def _to_pixels(pose: Pose, picture: Canvas) -> tuple[list[tuple[int, int]], list[bool]]:
    usable = np.isfinite(pose.keypoints).all(axis=1) & (np.abs(pose.keypoints[:, :2]) < FAR).all(axis=1)
    shown = usable & (pose.keypoints[:, 2] >= SEEN_SCORE if pose.seen is None else np.array(pose.seen))
    places: NDArray[np.float32] = np.where(shown[:, None], pose.keypoints[:, 1::-1], 0.0)
    return [picture.to_px(x, y) for x, y in places.tolist()], shown.tolist()


def _draw_joint(image: ImageArray, point: tuple[int, int], index: int, score: float, scale: Scale) -> None:
    """A dot of the side's colour with a white centre; the surer, the larger."""
    size = min(1.0, score) * (0.6 if index < COCO_17.face_count else 1.0)
    radius_px = max(2, round(scale.joint_px * (0.55 + 0.45 * size)))
    cv2.circle(image, point, radius_px + scale.outline_px, OUTLINE, cv2.FILLED)
    cv2.circle(image, point, radius_px, JOINT_COLORS[index], cv2.FILLED, cv2.LINE_AA)
    cv2.circle(image, point, max(1, radius_px // 2), JOINT, cv2.FILLED, cv2.LINE_AA)


def _draw_tag(image: ImageArray, pose: Pose, points: list[tuple[int, int]], scale: Scale) -> None:
    """Id and score over the head, pushed back into the picture where they would leave it."""
    if not points or not np.isfinite(pose.score):
        return
    style = text_style(scale.small_text_px)
    name, score = f"#{pose.id}", f"{pose.score:.0%}"
    name_px, score_px, pad = text_width_px(name, style), text_width_px(score, style), scale.pad_px
    width, height = name_px + score_px + 3 * pad, style.capital_px + 2 * pad
    head_x, head_y = min(points, key=lambda point: point[1])
    left = max(0, min(head_x - width // 2, image.shape[1] - width))
    top = max(0, min(head_y - height - 3 * scale.joint_px, image.shape[0] - height))
    darken(image, Rect(left, top, width, height))
    baseline = top + pad + style.capital_px
    draw_text(image, name, (left + pad, baseline), style, person_color(pose.id))
    draw_text(image, score, (left + 2 * pad + name_px, baseline), style, TEXT)
