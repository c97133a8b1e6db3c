"""A picture of what the camera sees, small enough for a message."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from edge.messages.request import RequestError
from edge.overlay.canvas import Canvas
from edge.overlay.ground import ground_of
from edge.tasks.paint import ResultsPainter
from edge.tasks.registry import tasks
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.types import Frame, ImageArray, Result, TaskName

_LONGEST_SIDE_PX = 1280
_QUALITY = 85
_FRESH_S = 2.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A JPEG."""

    jpeg: bytes
    width: int
    height: int

    def described(self) -> Mapping[str, Any]:
        """What the answer says."""
        return {
            "content_type": "image/jpeg",
            "width": self.width,
            "height": self.height,
            "data": base64.b64encode(self.jpeg).decode(),
        }


class LatestFrame:
    """A sink that remembers the newest frame that a task has looked at, and the newest people."""

    def __init__(self) -> None:
        self._newest: Frame | None = None
        self._people: dict[TaskName, Result] = {}

    def put(self, result: Result) -> None:
        """Take a result; never waits."""
        self._newest = result.frame
        if tasks()[result.task].shows_people:
            self._people[result.task] = result

    def take(self, now_ns: int, *, only_skeletons: bool) -> Snapshot:
        """The newest frame; with ``only_skeletons`` nothing of it but the people's keypoints, on black.

        ``now_ns`` is ``time.monotonic_ns``.

        Raises:
            RequestError: no frame was looked at lately.
        """
        frame, people = self._newest, tuple(self._people.values())
        if frame is None or now_ns - frame.captured_ns > _FRESH_S * NS_PER_S:
            raise RequestError("failed", "there is no picture: no task has had a frame lately, see camera in stats")
        image = ground_of(frame, only_skeletons=only_skeletons)
        if not only_skeletons:
            return packed(image)
        fresh = [result for result in people if now_ns - result.frame.captured_ns <= _FRESH_S * NS_PER_S]
        ResultsPainter().paint(Canvas.whole(image), fresh)
        return packed(image)


def packed(image: ImageArray) -> Snapshot:
    """A picture, ``(height, width, 3) uint8`` RGB, as a JPEG of at most 1280 pixels a side."""
    scale = min(1.0, _LONGEST_SIDE_PX / max(image.shape[:2]))
    if scale < 1:
        image = np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    _, jpeg = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return Snapshot(jpeg.tobytes(), image.shape[1], image.shape[0])
