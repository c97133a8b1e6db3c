"""Two faces that cross, one before the other, and one that leaves and returns, put together of photos."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge.library import open_task
from edge.tasks.face.result import FaceResult
from tests.support import picture
from tests.tasks.face.bundles import bundle_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.types import ImageArray
    from tests.support import SharedData

FPS = 25
SIZE = (220, 180)
HALF_WAY = 35


@pytest.fixture
def people(shared: SharedData) -> tuple[ImageArray, ImageArray]:
    portrait = picture(shared.path("media/hand_face/portrait.jpg"))[60:380, 262:548]
    hat = picture(shared.path("media/pose_coco/images/000000256353.jpg"))[5:165, 25:160]
    front, behind = (np.asarray(cv2.resize(one, SIZE[::-1]), np.uint8) for one in (portrait, hat))
    return front, behind


def lay(ground: ImageArray, face: ImageArray, x: int, y: int) -> None:
    """A face cut out as an oval, with its middle at x, y; cut at the sides of the picture."""
    height, width = SIZE
    oval = np.zeros(SIZE, np.uint8)
    cv2.ellipse(oval, (width // 2, height // 2), (width // 2, height // 2), 0, 0, 360, 1, -1)
    left, top = x - width // 2, y - height // 2
    begin, end = max(left, 0), min(left + width, ground.shape[1])
    if end > begin:
        part, below = slice(begin - left, end - left), ground[top : top + height, begin:end]
        below[oval[:, part] > 0] = face[:, part][oval[:, part] > 0]


def crossing(front: ImageArray, behind: ImageArray) -> Iterator[ImageArray]:
    """One is there from the beginning, the other comes from the left and is behind it halfway; 1.7 widths a second."""
    for number in range(2 * HALF_WAY + 1):
        ground, way = np.full((480, 640, 3), 120, np.uint8), (number - HALF_WAY) / HALF_WAY
        lay(ground, behind, round(320 + 430 * way), 230)
        lay(ground, front, round(320 - 200 * way), 240)
        yield ground


def leaving(front: ImageArray, behind: ImageArray) -> Iterator[ImageArray]:
    """One stays; the other goes out at the right, is away for more than a second, and comes in again."""
    for number in range(125):
        ground = np.full((480, 640, 3), 120, np.uint8)
        lay(ground, behind, 150, 240)
        lay(ground, front, 420 + 12 * number if number < 60 else 900 - 12 * (number - 76), 230)
        yield ground


def results(shared: SharedData, folder: Path, images: Iterator[ImageArray]) -> list[FaceResult]:
    faces = open_task("face", model=str(bundle_of(shared, folder / "faces.task")), max_faces=2, stream=True)
    found = [faces.detect(image, number / FPS) for number, image in enumerate(images)]
    return [one for one in found if isinstance(one, FaceResult)]


def test_faces_that_cross_stay_themselves(
    shared: SharedData, tmp_path: Path, people: tuple[ImageArray, ImageArray]
) -> None:
    found = results(shared, tmp_path, crossing(*people))

    assert {face.id for one in found for face in one.faces} == {1, 2}
    ways = [[face for one in found for face in one.faces if face.id == number] for number in (1, 2)]
    front, behind = (np.diff([face.box.x for face in way]) for way in ways)
    assert (front < 0.005).all(), "it goes to the left all the time"
    assert (behind > -0.005).all()
    assert len(ways[0]) == len(found), "nothing is before it"
    assert len(ways[1]) > HALF_WAY, "it is hidden for a moment only"


def test_a_face_that_returns_is_another_and_nothing_stays_where_it_left(
    shared: SharedData, tmp_path: Path, people: tuple[ImageArray, ImageArray]
) -> None:
    found = results(shared, tmp_path, leaving(*people))

    (stays,) = {face.id for one in found for face in one.faces if face.box.x < 0.2}
    (leaves,) = {face.id for face in found[0].faces} - {stays}
    others = [[face.id for face in one.faces if face.id != stays] for one in found]
    assert others[:20] == [[leaves]] * 20
    assert others[25:100] == [[]] * 75
    assert others[-5:] == [[3]] * 5
    assert all(stays in {face.id for face in one.faces} for one in found)
    assert (found[60].count, found[-1].count) == (1, 2)
