"""People: their skeletons and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from edge.overlay.placing import placed
from edge.overlay.style import TEXT, Rect, darken, person_color
from edge.overlay.text import draw_text, text_style, text_width_px
from edge.tasks.pose.fading import Fading
from edge.tasks.pose.figure import Joint, Point, draw_figure
from edge.tasks.pose.result import SEEN_SCORE
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge.overlay.canvas import Canvas
    from edge.tasks.pose.result import Pose, PoseResult
    from edge.types import FloatArray, Result

# A keypoint further out than this many frames is a mistake, and would overflow a pixel coordinate.
FAR = 4.0


class Painter:
    """Draws people in the camera's picture; keypoints fade in and out."""

    SHOWS_PEOPLE: ClassVar = True

    def __init__(self) -> None:
        self._fading = Fading()

    def paint(self, canvas: Canvas, result: Result, top_px: int) -> int:
        """Draw the people of a result in place, without what is not seen.

        Where a pose does not say what is seen, that is what scores at least ``SEEN_SCORE``.
        """
        picture, people = canvas.inside(), cast("PoseResult", result).people
        opacities = self._fading.update(result.frame, {pose.id: _shown(pose) for pose in people})
        figures = [(pose, _joints(pose, opacities[pose.id], picture)) for pose in people]
        for _, joints in figures:
            draw_figure(picture.image, joints, picture.scale)
        _draw_tags(picture, figures)
        return top_px


def _usable(pose: Pose) -> NDArray[np.bool_]:
    """Which keypoints can be drawn, ``(17,)``."""
    usable = np.isfinite(pose.keypoints).all(axis=1) & (np.abs(pose.keypoints[:, :2]) < FAR).all(axis=1)
    return np.asarray(usable, np.bool_)


def _shown(pose: Pose) -> NDArray[np.bool_]:
    """Which keypoints are seen, ``(17,)``."""
    seen = pose.keypoints[:, 2] >= SEEN_SCORE if pose.seen is None else np.array(pose.seen)
    return np.asarray(seen & _usable(pose), np.bool_)


def _joints(pose: Pose, opacities: FloatArray, picture: Canvas) -> list[Joint]:
    usable = _usable(pose)
    keypoints = np.where(usable[:, None], pose.keypoints, 0.0).tolist()
    shown = np.where(usable, opacities, 0.0).tolist()
    return [
        Joint(picture.to_px(x, y), min(1.0, max(0.0, score)), opacity)
        for (y, x, score), opacity in zip(keypoints, shown, strict=True)
    ]


def _draw_tags(picture: Canvas, figures: Sequence[tuple[Pose, Sequence[Joint]]]) -> None:
    """Id and score over each head: within the picture, none over another or where plates are."""
    taken = [picture.plates]
    for pose, joints in figures:
        points = _points(joints[: COCO_17.face_count]) or _points(joints)
        if points and np.isfinite(pose.score):
            tag = _draw_tag(picture, pose, min(points, key=lambda point: point[1]), taken)
            taken.append(tag.grown(picture.scale.pad_px // 2))


def _points(joints: Sequence[Joint]) -> list[Point]:
    """Where those are that can be seen."""
    return [joint.point for joint in joints if joint.opacity > 0]


def _draw_tag(picture: Canvas, pose: Pose, head_px: Point, taken: Sequence[Rect]) -> Rect:
    """Draw one; where it has found its place."""
    image, scale, style = picture.image, picture.scale, text_style(picture.scale.small_text_px)
    name, score, pad = f"#{pose.id}", f"{pose.score:.0%}", scale.pad_px
    name_px, score_px = text_width_px(name, style), text_width_px(score, style)
    width, height = name_px + score_px + 3 * pad, style.capital_px + 2 * pad
    wanted = Rect(head_px[0] - width // 2, head_px[1] - height - 3 * scale.joint_px, width, height)
    tag = placed(wanted, taken, picture.picture)
    darken(image, tag)
    baseline = tag.top + pad + style.capital_px
    draw_text(image, name, (tag.left + pad, baseline), style, person_color(pose.id))
    draw_text(image, score, (tag.left + 2 * pad + name_px, baseline), style, TEXT)
    return tag
