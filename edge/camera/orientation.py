"""Turning and mirroring pictures, for cameras that hang sideways, upside down or face a mirror."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from edge.types import i420_planes

if TYPE_CHECKING:
    from edge.camera.camera import Camera
    from edge.camera.settings import CameraSettings
    from edge.types import Frame, ImageArray

HALF_TURN = 180
QUARTERS = (90, 270)
I420_DIMENSIONS = 2
# What cv2.flip calls them: horizontal and vertical.
FLIP_CODES = {(True, False): 1, (False, True): 0, (True, True): -1}


class Orientation(NamedTuple):
    """One of the eight ways a picture can be laid: mirrored first, then perhaps turned clockwise by a quarter.

    ``hflip`` swaps left and right, ``vflip`` top and bottom; both together are half a turn.
    """

    hflip: bool = False
    vflip: bool = False
    quarter: bool = False

    def after(self, done: Orientation) -> Orientation:
        """What is left to do when a camera has already mirrored; ``done`` holds no quarter."""
        return Orientation(self.hflip != done.hflip, self.vflip != done.vflip, self.quarter)


AS_IT_IS = Orientation()
_BY_EXIF = {
    2: Orientation(hflip=True),
    3: Orientation(hflip=True, vflip=True),
    4: Orientation(vflip=True),
    5: Orientation(vflip=True, quarter=True),
    6: Orientation(quarter=True),
    7: Orientation(hflip=True, quarter=True),
    8: Orientation(hflip=True, vflip=True, quarter=True),
}


def orientation_of(settings: CameraSettings) -> Orientation:
    """The way ``camera.rotate`` (clockwise), then ``camera.hflip`` and ``camera.vflip`` lay the picture."""
    half = settings.rotate >= HALF_TURN
    hflip, vflip = settings.hflip != half, settings.vflip != half
    if settings.rotate in QUARTERS:
        # What is left and right after a quarter was top and bottom before it.
        return Orientation(vflip, hflip, quarter=True)
    return Orientation(hflip, vflip)


def orientation_by_exif(number: int) -> Orientation:
    """The way that lays a picture upright of which TIFF or EXIF tell the orientation by a ``number``, 1 to 8."""
    return _BY_EXIF.get(number, AS_IT_IS)


def oriented(image: ImageArray, orientation: Orientation) -> ImageArray:
    """``image``, RGB or I420, laid as ``orientation`` says; itself where there is nothing to do."""
    if orientation == AS_IT_IS:
        return image
    if image.ndim == I420_DIMENSIONS:
        planes = [_oriented_plane(plane, orientation) for plane in i420_planes(image)]
        return np.concatenate([plane.ravel() for plane in planes]).reshape(-1, planes[0].shape[1])
    return _oriented_plane(image, orientation)


def _oriented_plane(plane: ImageArray, orientation: Orientation) -> ImageArray:
    if orientation.hflip or orientation.vflip:
        plane = np.asarray(cv2.flip(plane, FLIP_CODES[orientation.hflip, orientation.vflip]), np.uint8)
    if orientation.quarter:
        plane = np.asarray(cv2.rotate(plane, cv2.ROTATE_90_CLOCKWISE), np.uint8)
    return plane


class OrientedCamera:
    """A camera whose frames are turned before they are handed out.

    ``orientation`` may be set between two frames, from any thread; frames then start a new segment. ``done`` is what
    the camera itself already does to its pictures.
    """

    def __init__(self, camera: Camera, orientation: Orientation, done: Orientation = AS_IT_IS) -> None:
        self.name = camera.name
        self.live = camera.live
        self._camera = camera
        self._done = done
        self._state = (orientation, 0)

    @property
    def orientation(self) -> Orientation:
        """How pictures are laid."""
        return self._state[0]

    @orientation.setter
    def orientation(self, orientation: Orientation) -> None:
        if orientation != self.orientation:
            self._state = (orientation, self._state[1] + 1)

    def read(self) -> Frame | None:
        """The next frame, turned; None when the source has ended for good.

        Raises:
            CameraError: a live camera cannot deliver now.
            InputError: a file is broken.
        """
        frame = self._camera.read()
        orientation, changes = self._state
        left = orientation.after(self._done)
        if frame is None or (left == AS_IT_IS and not changes):
            return frame
        return replace(frame, image=oriented(frame.image, left), segment=frame.segment + changes)

    def close(self) -> None:
        """Release the device or file; safe to call twice."""
        self._camera.close()
