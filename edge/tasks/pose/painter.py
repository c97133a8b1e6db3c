"""People: their skeletons and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np

from edge.overlay.style import person_color
from edge.tasks.pose.fading import Fading
from edge.tasks.pose.figure import Joint, draw_figure
from edge.tasks.pose.landmark_figure import draw_landmarks
from edge.tasks.pose.result import SEEN_SCORE
from edge.tasks.pose.silhouette import draw_silhouette
from edge.tasks.pose.tags import Head, draw_tags
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
        for pose in people if picture.silhouettes else ():
            if pose.landmarks is not None and pose.landmarks.mask is not None:
                draw_silhouette(picture, pose.landmarks.mask, person_color(pose.id))
        for pose, joints in figures:
            if pose.landmarks is not None:
                draw_landmarks(picture, pose.landmarks)
            draw_figure(picture.image, joints, picture.scale)
        draw_tags(picture, [head for head in map(_head, people, (joints for _, joints in figures)) if head])
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


def _head(pose: Pose, joints: Sequence[Joint]) -> Head | None:
    """Where the face is, or what of a person is seen uppermost; None where there is nothing to say or to see."""
    seen = [joint.point for joint in joints if joint.opacity > 0]
    if not seen or not np.isfinite(pose.score):
        return None
    face = [joint.point for joint in joints[: COCO_17.face_count] if joint.opacity > 0]
    column, top = min(face or seen, key=lambda point: point[1])
    chin = max(row for _, row in face) if face else top
    return Head(pose.id, pose.score, column, top, chin)
