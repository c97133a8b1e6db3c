"""People in pictures whose keypoints are known: drawn ones from the judging seeds, and those of COCO photographs."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import cv2
import numpy as np

from bench.seeds import JUDGING
from edge.scene.generate import random_scene
from edge.scene.truth import Visibility
from edge.tasks.common.look import Look
from edge.tracking.geometry import oks
from edge.types import Box, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.tasks.common.observer import Observation
    from edge.types import FloatArray, ImageArray


class Observer(Protocol):
    """What looks for people: a :class:`edge.tasks.pose.movenet.MoveNet`."""

    def observe(self, frame: Frame, look: Look, /) -> Observation[FloatArray]:
        """Find people in a part of a frame."""


SHARED = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
MARGIN = 1.25
_SIZE = 640, 480
_TIMES_S = 1.3, 4.1
_SEEN_FROM = 3  # as the scene counts people


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody in a picture.

    ``image`` is ``(height, width, 3) uint8`` RGB; ``keypoints`` ``(17, 3) float32``: y, x in pixels, and above 0 where
    the keypoint is in the picture; ``box`` is in pixels.
    """

    image: ImageArray
    keypoints: FloatArray
    box: Box


def drawn_people(count: int) -> Iterator[Case]:
    """The first ``count`` people of scenes that no training has seen, with at least 3 visible keypoints."""
    found = 0
    for seed in JUDGING:
        scene = random_scene(np.random.default_rng(seed), "pose", size=_SIZE)
        for time_s in _TIMES_S:
            image, truth = scene.render(time_s)
            for person in truth.people:
                keypoints = person.keypoints * np.array((_SIZE[1], _SIZE[0], 1), np.float32)
                if (keypoints[:, 2] == Visibility.VISIBLE).sum() >= _SEEN_FROM:
                    box = person.box
                    width, height = _SIZE
                    pixels = Box(box.x * width, box.y * height, box.width * width, box.height * height)
                    yield Case(image, keypoints, pixels)
                    found += 1
                    if found == count:
                        return


def photographed_people() -> Iterator[Case]:
    """Everybody with keypoints in the COCO photographs of the test data; nobody where that is absent."""
    folder = SHARED / "media/pose_coco"
    if not folder.exists():
        return
    content = json.loads((folder / "person_keypoints.json").read_text())
    names = {entry["id"]: entry["file_name"] for entry in content["images"]}
    for note in content["annotations"]:
        if note["num_keypoints"]:
            image = _read(folder / "images" / names[note["image_id"]])
            keypoints = np.array(note["keypoints"], np.float32).reshape(17, 3)[:, [1, 0, 2]]
            yield Case(image, keypoints, Box(*note["bbox"]))


def _read(path: Path) -> ImageArray:
    image = cv2.imread(str(path))
    if image is None:
        raise FileNotFoundError(f"{path} is missing or no picture")
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


def similarity(task: Observer, case: Case) -> float:
    """OKS, 0..1, of what the model finds in the square of 1.25 times the box, black beyond the picture.

    Over the keypoints in the picture, hidden ones too, whatever their scores, with the falloffs of COCO; the area is
    that of the box.
    """
    height, width = case.image.shape[:2]
    found = task.observe(Frame(0, case.image, 0, 0), Look(square_around(case))).values[0].copy()
    found *= np.array((height, width, 1), np.float32)
    found[:, 2] = 1
    return oks(case.keypoints, found, case.box.width * case.box.height, min_score=1)


def square_around(case: Case) -> Box:
    """The square of 1.25 times the longer side of the box, normalised to the picture; it may reach beyond."""
    box, (height, width) = case.box, case.image.shape[:2]
    side = MARGIN * max(box.width, box.height)
    x, y = box.x + box.width / 2 - side / 2, box.y + box.height / 2 - side / 2
    return Box(x / width, y / height, side / width, side / height)
