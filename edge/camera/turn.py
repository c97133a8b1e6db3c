"""Turning and mirroring pictures, for cameras that hang sideways, upside down or face a mirror."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from edge.types import i420_planes

if TYPE_CHECKING:
    from edge.camera.base import Camera
    from edge.camera.settings import CameraSettings
    from edge.types import Frame, ImageArray

HALF_TURN = 180
QUARTERS = (90, 270)
I420_DIMENSIONS = 2
# What cv2.flip calls them: horizontal and vertical.
FLIP_CODES = {(True, False): 1, (False, True): 0, (True, True): -1}


class Turn(NamedTuple):
    """One of the eight ways a picture can be laid: mirrored first, then perhaps turned clockwise by a quarter.

    ``hflip`` swaps left and right, ``vflip`` top and bottom; both together are half a turn.
    """

    hflip: bool = False
    vflip: bool = False
    quarter: bool = False

    def after(self, done: Turn) -> Turn:
        """What is left to do when a camera has already mirrored; ``done`` holds no quarter."""
        return Turn(self.hflip != done.hflip, self.vflip != done.vflip, self.quarter)


AS_IT_IS = Turn()
_BY_ORIENTATION = {
    2: Turn(hflip=True),
    3: Turn(hflip=True, vflip=True),
    4: Turn(vflip=True),
    5: Turn(vflip=True, quarter=True),
    6: Turn(quarter=True),
    7: Turn(hflip=True, quarter=True),
    8: Turn(hflip=True, vflip=True, quarter=True),
}


def turn_of(settings: CameraSettings) -> Turn:
    """The way ``camera.rotate`` (clockwise), then ``camera.hflip`` and ``camera.vflip`` lay the picture."""
    half = settings.rotate >= HALF_TURN
    hflip, vflip = settings.hflip != half, settings.vflip != half
    if settings.rotate in QUARTERS:
        # What is left and right after a quarter was top and bottom before it.
        return Turn(vflip, hflip, quarter=True)
    return Turn(hflip, vflip)


def turn_by_orientation(orientation: int) -> Turn:
    """The way that lays a picture upright of which TIFF or EXIF tell the ``orientation``, 1 to 8."""
    return _BY_ORIENTATION.get(orientation, AS_IT_IS)


def turned(image: ImageArray, turn: Turn) -> ImageArray:
    """``image``, RGB or I420, laid as ``turn`` says; itself where there is nothing to do."""
    if turn == AS_IT_IS:
        return image
    if image.ndim == I420_DIMENSIONS:
        planes = [_turned_plane(plane, turn) for plane in i420_planes(image)]
        return np.concatenate([plane.ravel() for plane in planes]).reshape(-1, planes[0].shape[1])
    return _turned_plane(image, turn)


def _turned_plane(plane: ImageArray, turn: Turn) -> ImageArray:
    if turn.hflip or turn.vflip:
        plane = np.asarray(cv2.flip(plane, FLIP_CODES[turn.hflip, turn.vflip]), np.uint8)
    if turn.quarter:
        plane = np.asarray(cv2.rotate(plane, cv2.ROTATE_90_CLOCKWISE), np.uint8)
    return plane


class TurnedCamera:
    """A camera whose frames are turned before they are handed out.

    ``turn`` may be set between two frames, from any thread; frames then start a new segment. ``done`` is what the
    camera itself already does to its pictures.
    """

    def __init__(self, camera: Camera, turn: Turn, done: Turn = AS_IT_IS) -> None:
        self.name = camera.name
        self.live = camera.live
        self._camera = camera
        self._done = done
        self._state = (turn, 0)

    @property
    def turn(self) -> Turn:
        """How pictures are laid."""
        return self._state[0]

    @turn.setter
    def turn(self, turn: Turn) -> None:
        if turn != self.turn:
            self._state = (turn, self._state[1] + 1)

    def read(self) -> Frame | None:
        """The next frame, turned; None when the source has ended for good.

        Raises:
            CameraError: a live camera cannot deliver now.
            InputError: a file is broken.
        """
        frame = self._camera.read()
        turn, changes = self._state
        left = turn.after(self._done)
        if frame is None or (left == AS_IT_IS and not changes):
            return frame
        return replace(frame, image=turned(frame.image, left), segment=frame.segment + changes)

    def close(self) -> None:
        """Release the device or file; safe to call twice."""
        self._camera.close()
