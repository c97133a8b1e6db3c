"""A few pictures from over a run of unknown length, evenly spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.overlay.canvas import Canvas
from edge.overlay.ground import ground_of
from edge.tasks.paint import ResultsPainter
from edge.tasks.registry import tasks
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.demo.scenario import Scenario
    from edge.types import Frame, ImageArray, Result

WIDTH_PX = 400
_MOST = 128
_FIRST_STEP_S = 0.5
_LATE = 0.65


@dataclass(frozen=True, slots=True)
class GalleryPicture:
    """A small ``(H, W, 3) uint8`` RGB picture with the people drawn in, its media time, and what was found in it.

    ``drawn`` is what the picture shows, ``labels`` what the other tasks say, both in words.
    """

    image: ImageArray
    time_s: float
    drawn: tuple[str, ...]
    labels: tuple[str, ...]


class Gallery:
    """Keeps pictures at a regular step of media time; when there are too many, every other one goes.

    With ``only_skeletons`` they have plain ground.
    """

    def __init__(self, *, only_skeletons: bool = False) -> None:
        self._only_skeletons = only_skeletons
        self._step_s = _FIRST_STEP_S
        self._pictures: list[GalleryPicture] = []

    def offer(self, frame: Frame, results: Sequence[Result]) -> None:
        """Take a picture in if its time has come."""
        time_s = frame.timestamp_ns / NS_PER_S
        if self._pictures and time_s < self._pictures[-1].time_s + self._step_s:
            return
        self._pictures.append(_picture(ground_of(frame, only_skeletons=self._only_skeletons), results, time_s))
        if len(self._pictures) > _MOST:
            self._pictures = self._pictures[::2]
            self._step_s *= 2

    def choose(self, count: int, scenario: Scenario) -> list[GalleryPicture]:
        """``count`` pictures, or all where there are fewer, in the order of time.

        Of a scene with that many captions one of each of the longest parts, late in it, when labels have settled; of
        others from the middle of as many equal parts of the run.
        """
        parts = _parts([picture for picture in self._pictures if picture.time_s < scenario.period_s], scenario)
        if len(parts) >= count:
            longest = sorted(parts, key=scenario.duration_s, reverse=True)[:count]
            late = [parts[caption][int(_LATE * len(parts[caption]))] for caption in longest]
            return sorted(late, key=lambda picture: picture.time_s)
        have = len(self._pictures)
        wanted = min(count, have)
        return [self._pictures[round((i + 0.5) * have / wanted - 0.5)] for i in range(wanted)]


def _parts(pictures: Sequence[GalleryPicture], scenario: Scenario) -> dict[str, list[GalleryPicture]]:
    """The pictures by what the scene shows."""
    by_caption: dict[str, list[GalleryPicture]] = {}
    for picture in pictures:
        by_caption.setdefault(scenario.caption(picture.time_s), []).append(picture)
    return by_caption


def _picture(ground: ImageArray, results: Sequence[Result], time_s: float) -> GalleryPicture:
    height, width = ground.shape[:2]
    size = (WIDTH_PX, round(WIDTH_PX * height / width))
    image = np.ascontiguousarray(cv2.resize(ground, size, interpolation=cv2.INTER_AREA), np.uint8)
    known = tasks()
    people = [result for result in results if known[result.task].shows_people]
    others = [result for result in results if not known[result.task].shows_people]
    ResultsPainter().paint(Canvas.whole(image), people)
    return GalleryPicture(image, time_s, _in_words(people), _in_words(others))


def _in_words(results: Sequence[Result]) -> tuple[str, ...]:
    words = (tasks()[result.task].words.summary(result) for result in results)
    return tuple(one for one in words if one)
