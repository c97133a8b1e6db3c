"""What is looked at while it is measured: the built-in scene, drawn beforehand, so that nothing is drawn meanwhile."""

from __future__ import annotations

import math
import time
from itertools import count
from typing import TYPE_CHECKING

from edge.scene.scene import Scene
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.types import ImageArray

_SCENE = "walk"
"""One person, always in sight: what pose looks for at each frame, and what moves at each frame."""
_PICTURES, _STEP_S = 20, 0.125


def draw_pictures(size: tuple[int, int]) -> tuple[ImageArray, ...]:
    """The pictures, ``(height, width, 3) uint8`` RGB; ``size`` is width and height in pixels."""
    scene = Scene(name=_SCENE, size=size)
    return tuple(scene.render(number * _STEP_S)[0] for number in range(_PICTURES))


def endless_frames(pictures: Sequence[ImageArray], rate_hz: float) -> Iterator[Frame]:
    """The pictures forth and back for ever, so that nobody jumps; at most ``rate_hz`` a second of the stream's time.

    A task with such a rate finds each of them due; 0 is no limit.
    """
    there_and_back = [*pictures, *reversed(pictures[1:-1])]
    step_ns = math.ceil(max(_STEP_S, 1 / rate_hz if rate_hz else 0.0) * NS_PER_S)
    for number in count():
        image = there_and_back[number % len(there_and_back)]
        yield Frame(number, image, number * step_ns, time.monotonic_ns())
