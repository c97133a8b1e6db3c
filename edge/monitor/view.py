"""What is to be shown at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.monitor.status import Status
    from edge.types import ImageArray, PixelFormat, Result


@dataclass(frozen=True, slots=True)
class Picture:
    """The camera's picture, or the plain ground for it where no pixel of it may be seen: then ``image`` is None.

    ``image`` is RGB or I420 as in :class:`edge.types.Frame`; ``width`` and ``height`` are those of the frame in pixels.
    ``number`` and ``captured_ns`` are the frame's, too.
    """

    image: ImageArray | None
    pixel_format: PixelFormat
    width: int
    height: int
    number: int
    captured_ns: int


@dataclass(frozen=True, slots=True)
class View:
    """All that a monitor shows: the picture, what was found in it, and how the appliance is doing.

    ``picture`` is None before the first frame and while none come. ``results`` are those that still hold, at most one
    of each task; the pictures of their frames are empty. Where there are people, they were found in this very picture:
    those of the first task that shows any; others' may have been found in one a moment before or after. With
    ``silhouettes`` people are filled.
    """

    picture: Picture | None
    results: tuple[Result, ...]
    status: Status
    mirrored: bool = False
    silhouettes: bool = False
