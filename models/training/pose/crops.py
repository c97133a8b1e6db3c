"""Cutting what the network sees out of a picture: around somebody as the tracker does, or all of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

from models.training.pose.pictures import Person, Picture

if TYPE_CHECKING:
    from edge.types import FloatArray, ImageArray

MARGIN = 1.25
"""How much larger than a person's box the square around it is."""
_WHOLE = 0.15
_SHRUNK_FROM = 1.5
MIRRORED = (0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 14, 13, 16, 15)
"""Which keypoint each becomes in a mirror: left and right change places."""

Matrix: TypeAlias = "FloatArray"
"""``(2, 3)``: from x, y of the picture to x, y of the crop."""


@dataclass(frozen=True, slots=True)
class View:
    """A square of a picture, in its pixels: its middle, its side, how far it is turned, whether it is mirrored."""

    y: float
    x: float
    side: float
    turn_deg: float = 0.0
    is_mirrored: bool = False

    def matrix(self, side_px: int) -> Matrix:
        """Into a crop of ``side_px`` pixels."""
        scale, turn = side_px / self.side, math.radians(self.turn_deg)
        cos, sin = scale * math.cos(turn), scale * math.sin(turn)
        flip = -1 if self.is_mirrored else 1
        rows = [[flip * cos, flip * -sin], [sin, cos]]
        middle = side_px / 2
        return np.array(
            [[*row, middle - row[0] * self.x - row[1] * self.y] for row in rows],
            np.float32,
        )


def around(person: Person) -> View:
    """The square of 1.25 times the longer side of a person's box."""
    top, left, bottom, right = person.box.tolist()
    return View((top + bottom) / 2, (left + right) / 2, MARGIN * max(bottom - top, right - left, 8.0))


def random_view(rng: np.random.Generator, picture: Picture) -> View:
    """Mostly about somebody, larger or smaller and off the middle as when following; sometimes the whole picture."""
    height, width = picture.image.shape[:2]
    if not picture.people or rng.random() < _WHOLE:
        view = View(height / 2, width / 2, max(height, width) * float(rng.uniform(0.8, 1.1)))
        shift = 0.04
    else:
        view = around(picture.people[int(rng.integers(len(picture.people)))])
        view = replace(view, side=view.side * float(np.clip(rng.lognormal(0.06, 0.18), 0.7, 2.0)))
        shift = 0.07
    return replace(
        view,
        y=view.y + float(rng.normal(0, shift)) * view.side,
        x=view.x + float(rng.normal(0, shift)) * view.side,
        turn_deg=float(rng.uniform(-20, 20)) if rng.random() < 0.5 else 0.0,
        is_mirrored=bool(rng.random() < 0.5),
    )


def crop(picture: Picture, view: View, side_px: int, *, border: tuple[int, int, int] = (0, 0, 0)) -> Picture:
    """What the view shows, ``side_px`` square; beyond the picture there is ``border``."""
    matrix = view.matrix(side_px)
    is_much_smaller = view.side > _SHRUNK_FROM * side_px
    source, matrix_from = _shrunk(picture, matrix) if is_much_smaller else (picture, matrix)
    matrix_from = _for_opencv(matrix_from)
    image = _warped(source.image, matrix_from, side_px, border)
    mask = _warped(source.mask, matrix_from, side_px, (0, 0, 0))
    people = tuple(_moved(person, view, matrix, side_px) for person in picture.people)
    return Picture(image, people, mask)


def _warped(image: ImageArray, matrix: Matrix, side_px: int, border: tuple[int, int, int]) -> ImageArray:
    found = cv2.warpAffine(image, matrix, (side_px, side_px), flags=cv2.INTER_LINEAR, borderValue=border)
    return np.asarray(found, np.uint8)


def _smaller(image: ImageArray, size: tuple[int, int]) -> ImageArray:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _for_opencv(matrix: Matrix) -> Matrix:
    """OpenCV counts from the middle of the first pixel, everything here from its corner."""
    moved = matrix.copy()
    moved[:, 2] += 0.5 * matrix[:, :2].sum(axis=1) - 0.5
    return moved


def _shrunk(picture: Picture, matrix: Matrix) -> tuple[Picture, Matrix]:
    """Half the picture, so that shrinking it much does not alias, and the matrix from there."""
    height, width = picture.image.shape[:2]
    size = width // 2, height // 2
    scale = np.array((width / size[0], height / size[1], 1), np.float32)
    smaller = replace(picture, image=_smaller(picture.image, size), mask=_smaller(picture.mask, size))
    return smaller, np.asarray(matrix * scale, np.float32)


def _moved(person: Person, view: View, matrix: Matrix, side_px: int) -> Person:
    keypoints = person.keypoints.copy()
    keypoints[:, 1::-1] = keypoints[:, 1::-1] @ matrix[:, :2].T + matrix[:, 2]
    # Who is cut off by the edge of the picture is not to be guessed beyond it: those keypoints are outside here, too.
    inside = ((keypoints[:, :2] >= 0) & (keypoints[:, :2] < side_px)).all(axis=1)
    keypoints[~inside, 2] = 0
    if view.is_mirrored:
        keypoints = keypoints[list(MIRRORED)]
    top, left, bottom, right = person.box.tolist()
    corners = (
        np.array([(x, y) for x in (left, right) for y in (top, bottom)], np.float32) @ matrix[:, :2].T + matrix[:, 2]
    )
    corners = np.clip(corners, 0, side_px)
    box = np.array([*corners.min(axis=0)[::-1], *corners.max(axis=0)[::-1]], np.float32)
    return replace(person, keypoints=keypoints, box=box)
