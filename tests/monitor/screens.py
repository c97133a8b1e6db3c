"""The pictures of ``docs/images/monitor``: every state on three sizes of screens.

``python -m tests.monitor.screens docs/images/monitor`` makes them anew, as the monitor's own process shows them on a
virtual X server. Look at each of them before they are committed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.monitor.displays import drawing
from edge.monitor.picture import ScreenPainter
from edge.monitor.screen_process import running_screen
from tests.monitor.views import SIZES, STATES, camera_size
from tests.monitor.x11 import Client, running_display
from tests.support import ROOT

if TYPE_CHECKING:
    from edge.monitor.screen_process import ScreenProcess
    from edge.monitor.view import View
    from edge.types import ImageArray
    from tests.monitor.x11 import Display

FOLDER = ROOT / "docs" / "images" / "monitor"
WIDEST_PX = 960
"""Larger screens are kept smaller."""
_WEBP_QUALITY = 90
_BLOCKS = 60
"""Rows of blocks in which pictures are compared: half a line of the smallest text."""


def name_of(state: str, size: tuple[int, int]) -> str:
    """The file of a state."""
    return f"{state}-{size[0]}x{size[1]}.webp"


def drawn(view: View, size: tuple[int, int]) -> ImageArray:
    """What a screen of that size shows of a view, drawn here."""
    return ScreenPainter().paint(view, size).copy()


def shown(view: View, display: Display) -> ImageArray:
    """What is seen on a display where the monitor's process shows a view; ``DISPLAY`` must name it."""
    with running_screen(drawing("full-screen", "Edge")) as process, Client(display) as client:
        _wait_until_ready(process)
        process.give(view)
        _wait_until_ready(process)
        return client.picture()


def _wait_until_ready(process: ScreenProcess) -> None:
    while not process.is_ready:
        process.receive(0.1)


def kept(image: ImageArray) -> bytes:
    """An image as it is kept."""
    bgr = cv2.cvtColor(reduced(image), cv2.COLOR_RGB2BGR)
    is_encoded, data = cv2.imencode(".webp", bgr, [cv2.IMWRITE_WEBP_QUALITY, _WEBP_QUALITY])
    assert is_encoded
    return data.tobytes()


def reduced(image: ImageArray) -> ImageArray:
    """An image in the size in which it is kept."""
    height, width = image.shape[:2]
    return image if width <= WIDEST_PX else _resized(image, (WIDEST_PX, round(height * WIDEST_PX / width)))


def difference(one: ImageArray, other: ImageArray) -> float:
    """How far two pictures are apart, 0..255, in the block and the one of red, green and blue where it is farthest.

    Blocks are averaged, so neither how a picture is packed nor how the edges of letters are smoothed makes much of a
    difference, but a word that is missing does.
    """
    blocks = (round(_BLOCKS * one.shape[1] / one.shape[0]), _BLOCKS)
    means = [_resized(image, blocks).astype(float) for image in (one, other)]
    return float(np.abs(means[0] - means[1]).max())


def _resized(image: ImageArray, size: tuple[int, int]) -> ImageArray:
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def main(folder: Path) -> None:
    """Write all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        with running_display(size) as display:
            os.environ["DISPLAY"] = display.name
            for state, make in STATES.items():
                (folder / name_of(state, size)).write_bytes(kept(shown(make(camera_size(size)), display)))
    total = sum(path.stat().st_size for path in folder.iterdir())
    sys.stdout.write(f"{folder}: {total / 1e6:.2f} MB; now look at each of them\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
