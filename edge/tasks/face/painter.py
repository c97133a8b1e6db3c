"""Faces: their contours, their irises and, where the mesh is published, all of its points."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import cv2
import numpy as np

from edge.overlay.style import LEFT, MIDDLE, OUTLINE, RIGHT, Color, person_color
from edge.tasks.face import mesh

if TYPE_CHECKING:
    from edge.overlay.canvas import Canvas
    from edge.tasks.face.result import Face, FaceResult
    from edge.types import Result

_FAR = 4.0
"""A point further out than this many frames is a mistake, and would overflow a pixel coordinate."""
_LINE_SHARE = 0.008
"""How wide a line is, as a share of a face."""
_CONTOURS: tuple[tuple[tuple[int, ...], Color], ...] = (
    *((contour, MIDDLE) for contour in mesh.MIDDLE_CONTOURS),
    *((contour, RIGHT) for contour in (*mesh.RIGHT_CONTOURS, mesh.RIGHT_IRIS_RIM)),
    *((contour, LEFT) for contour in (*mesh.LEFT_CONTOURS, mesh.LEFT_IRIS_RIM)),
)


class Painter:
    """Draws faces in the camera's picture."""

    SHOWS_PEOPLE: ClassVar = True

    def paint(self, canvas: Canvas, result: Result, top_px: int) -> int:
        """Draw the faces of a result in place."""
        found, picture = cast("FaceResult", result), canvas.inside()
        for face in found.faces:
            _draw(picture, face, with_mesh=found.publishes_mesh)
        return top_px


def _draw(picture: Canvas, face: Face, *, with_mesh: bool) -> None:
    if not (np.isfinite(face.mesh).all() and np.abs(face.mesh[:, :2]).max() < _FAR):
        return
    places = np.array([picture.to_px(x, y) for x, y, _ in face.mesh.tolist()], np.int32)
    line_px, outline_px = _widths_px(picture, float(np.ptp(places, axis=0).max()))
    if with_mesh:
        for place in places.tolist():
            cv2.circle(picture.image, place, line_px // 2, person_color(face.id), cv2.FILLED)
    contours = [(places[list(line)], color) for line, color in _CONTOURS if max(line) < len(places)]
    for line, _ in contours if outline_px else ():
        cv2.polylines(picture.image, [line], False, OUTLINE, line_px + 2 * outline_px, cv2.LINE_AA)
    for line, color in contours:
        cv2.polylines(picture.image, [line], False, color, line_px, cv2.LINE_AA)
    for _, x, y in face.key_points():
        cv2.circle(picture.image, picture.to_px(x, y), line_px, person_color(face.id), cv2.FILLED, cv2.LINE_AA)


def _widths_px(picture: Canvas, face_px: float) -> tuple[int, int]:
    """Of lines and of what sets them off from the picture; a small face is not to be hidden by them."""
    line_px = min(picture.scale.line_px, round(face_px * _LINE_SHARE))
    return max(line_px, 1), picture.scale.outline_px if line_px > 1 else 0
