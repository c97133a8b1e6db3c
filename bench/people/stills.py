"""Several people in single pictures: photographs, rows of those photographed, and drawn rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from bench.people.matching import FOUND_FROM, Somebody, matches
from bench.pose_models import known_people
from bench.seeds import TRACKING_JUDGING
from bench.starter.crowds import crowds
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bench.people.counted import CountedPose
    from bench.starter.people import Case
    from edge.types import ImageArray

ROWS = 2, 3, 4
"""So many people side by side."""
ROOMS = 1, 2, 3, 4
"""So many people in a drawn room."""
_ROW_HEIGHT_PX = 480
_MARGIN = 0.125
"""Shown around somebody in a row, as a share of the box's sides."""


@dataclass(frozen=True, slots=True)
class Picture:
    """``image`` is ``(height, width, 3) uint8`` RGB; of others in it nothing is known."""

    image: ImageArray
    people: tuple[Somebody, ...]


@dataclass(frozen=True, slots=True)
class StillFigures:
    """``recall``: the share of people with an OKS of 0.5 or more; ``oks``: the mean of all; ``runs`` a picture."""

    pictures: int
    people: int
    recall: float
    oks: float
    runs: float


def judge_stills(task: CountedPose, pictures: Iterable[Picture]) -> StillFigures:
    """Show whole pictures, each for itself."""
    alike, count, before = [], 0, task.runs
    for count, picture in enumerate(pictures, start=1):  # noqa: B007  # how many there were
        frame = Frame(0, picture.image, 0, 0)
        alike += [match.oks for match in matches(picture.people, task.detect(frame), frame.size)]
    runs = (task.runs - before) / count
    return StillFigures(count, len(alike), float(np.mean(np.array(alike) >= FOUND_FROM)), float(np.mean(alike)), runs)


def photographs() -> Iterator[Picture]:
    """Those of COCO in the test data, with the people of whom at least 8 keypoints are known."""
    pictures: dict[bytes, list[Case]] = {}
    for case in known_people():
        pictures.setdefault(case.image.tobytes(), []).append(case)
    for cases in pictures.values():
        yield Picture(cases[0].image, tuple(Somebody(one.keypoints, _area_px(one)) for one in cases))


def rows() -> Iterator[Picture]:
    """The same people cut out and put side by side, of one height: two, three and four in a picture."""
    cut = [_cut_out(case) for case in known_people()]
    for many in ROWS:
        for begin in range(0, len(cut) - many + 1, many):
            yield _side_by_side(cut[begin : begin + many])


def rooms(seeds: range = TRACKING_JUDGING[:4]) -> Iterator[Picture]:
    """Drawn rooms with one to four people."""
    for many in ROOMS:
        for crowd in crowds(seeds, many):
            yield Picture(crowd.image, tuple(Somebody(*one) for one in crowd.people))


def _area_px(case: Case) -> float:
    return case.box.width * case.box.height


def _cut_out(case: Case) -> Picture:
    """Somebody with a margin, keypoints beyond the box included, scaled to the height of a row."""
    box, known = case.box, case.keypoints[case.keypoints[:, 2] > 0, :2]
    margin = np.array((box.height, box.width)) * _MARGIN
    begin, end = np.array((box.y, box.x)), np.array((box.y + box.height, box.x + box.width))
    low, high = np.minimum(begin - margin, known.min(axis=0)).clip(0), np.maximum(end + margin, known.max(axis=0) + 1)
    top, left = (int(edge) for edge in low)
    bottom, right = (int(edge) for edge in np.minimum(np.ceil(high), case.image.shape[:2]))
    scale = _ROW_HEIGHT_PX / (bottom - top)
    size = max(1, round((right - left) * scale)), _ROW_HEIGHT_PX
    image = np.asarray(cv2.resize(case.image[top:bottom, left:right], size, interpolation=cv2.INTER_AREA), np.uint8)
    keypoints = (case.keypoints - np.array((top, left, 0), np.float32)) * np.array((scale, scale, 1), np.float32)
    return Picture(image, (Somebody(keypoints, _area_px(case) * scale**2),))


def _side_by_side(pictures: list[Picture]) -> Picture:
    people, left = [], 0
    for picture in pictures:
        (one,) = picture.people
        people.append(Somebody(one.keypoints + np.array((0, left, 0), np.float32), one.area_px))
        left += picture.image.shape[1]
    return Picture(np.hstack([picture.image for picture in pictures]), tuple(people))
