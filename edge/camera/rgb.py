"""From a decoded frame to the picture that a player shows: right colours, square pixels, upright."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from av.video.reformatter import VideoReformatter

from edge.camera.orientation import AS_IT_IS, Orientation, oriented

if TYPE_CHECKING:
    import av
    from av.video.stream import VideoStream
    from numpy.typing import NDArray

    from edge.types import ImageArray

COLORSPACE_BT709 = 1
# Not stated, PAL's and NTSC's; FFmpeg converts what is not stated by BT.601, too.
COLORSPACES_BT601 = frozenset({2, 5, 6})
COLOR_RANGE_FULL = 2
# The flattest pixels in use are those of a quarter-size PAL picture shown as 16:9, nearly 3:1.
MAX_PIXEL_ASPECT = 4
SQUARE = Fraction(1)
LOOK_FRAMES = 30


class RgbConverter:
    """Turns the decoded frames of one stream into pictures, whatever size, format or shape each of them has.

    Pixels that are not square are squared as players do it: the shorter side of a pixel is drawn longer, so that none
    is lost. The display matrix turns and mirrors in all eight ways; of one that turns by another angle the nearest
    quarter is taken. Where a frame comes without a matrix (PyAV before 12 never has one), ``orientation`` is how it is
    laid. A matrix may change with a key frame; it is looked for in one of ``LOOK_FRAMES`` at most.
    """

    def __init__(self, stream: VideoStream, orientation: Orientation = AS_IT_IS) -> None:
        self._stream = stream
        self._stated_orientation = self._orientation = orientation
        self._frames_to_look = 0
        self._reformatter = VideoReformatter()
        # The container's own aspect counts before that of the codec, until that one changes.
        self._stated_aspect = stream.sample_aspect_ratio
        self._first_aspect = stream.codec_context.sample_aspect_ratio

    def convert(self, frame: av.VideoFrame) -> ImageArray:
        """The frame just decoded as ``(height, width, 3) uint8`` RGB.

        Raises:
            FFmpegError, ValueError: it cannot be converted.
        """
        width, height = _squared(frame.width, frame.height, self._pixel_aspect())
        rgb = self._reformatter.reformat(frame, width, height, "rgb24", **_matrix_of(frame))
        image = np.ascontiguousarray(rgb.to_ndarray(), dtype=np.uint8)
        return oriented(image, self._orientation_of(frame))

    def i420(self, frame: av.VideoFrame) -> ImageArray | None:
        """The frame just decoded, upright, ``(height * 3 / 2, width) uint8``; None where it is not I420 to be shown so.

        That is cheaper than to convert it: see :class:`~edge.types.Frame` for what I420 is.
        """
        is_i420 = frame.format.name == "yuv420p" and frame.width % 2 == 0 and frame.height % 2 == 0
        is_bt601 = getattr(frame, "colorspace", None) in COLORSPACES_BT601 and frame.color_range != COLOR_RANGE_FULL
        if not is_i420 or not is_bt601 or self._pixel_aspect() != SQUARE:
            return None
        return oriented(np.ascontiguousarray(frame.to_ndarray(), dtype=np.uint8), self._orientation_of(frame))

    def _pixel_aspect(self) -> Fraction:
        now = self._stream.codec_context.sample_aspect_ratio
        aspect = now if now != self._first_aspect else self._stated_aspect
        return aspect if aspect and 1 <= max(aspect, 1 / aspect) <= MAX_PIXEL_ASPECT else SQUARE

    def _orientation_of(self, frame: av.VideoFrame) -> Orientation:
        self._frames_to_look -= 1
        if self._frames_to_look < 0 and frame.key_frame:
            # PyAV's frame and its side data hold each other, so that a picture that was asked for them stays in memory
            # until Python looks for garbage.
            self._frames_to_look = LOOK_FRAMES
            matrix: Any = frame.side_data.get("DISPLAYMATRIX")
            stated = self._stated_orientation
            self._orientation = stated if matrix is None else orientation_by_matrix(np.frombuffer(matrix, np.int32))
        return self._orientation


def orientation_by_matrix(matrix: NDArray[np.int32]) -> Orientation:
    """The turn that a display matrix asks for.

    Args:
        matrix: ``(9,) int32`` row by row as in FFmpeg's libavutil/display.h: a pixel one to the right goes to
            ``(m[0], m[1])``, one down to ``(m[3], m[4])``.
    """
    right_x, right_y, _, down_x, down_y = matrix[:5].tolist()
    if abs(right_y) + abs(down_x) > abs(right_x) + abs(down_y):
        # A quarter clockwise takes right to down and down to left.
        return Orientation(hflip=right_y < 0, vflip=down_x > 0, quarter=True)
    return Orientation(hflip=right_x < 0, vflip=down_y < 0)


def _squared(width: int, height: int, aspect: Fraction) -> tuple[int, int]:
    """The size with square pixels: neither side is smaller than before."""
    return (round(width * aspect), height) if aspect > 1 else (width, round(height / aspect))


def _matrix_of(frame: av.VideoFrame) -> dict[str, Any]:
    """Arguments that make every PyAV from 10 on apply the BT.709 matrix and the right range.

    Newer ones do so by themselves. Older ones apply BT.601 unless source and destination differ, and take any source
    range that is not zero for the full one.
    """
    if getattr(frame, "colorspace", None) != COLORSPACE_BT709:
        return {}
    source_range = "JPEG" if frame.color_range == COLOR_RANGE_FULL else "UNSPECIFIED"
    return {
        "src_colorspace": "ITU709",
        "dst_colorspace": "ITU601",
        "src_color_range": source_range,
        "dst_color_range": "JPEG",
    }
