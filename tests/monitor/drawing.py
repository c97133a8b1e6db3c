"""Processes that draw, for tests: ``python drawing.py KIND WORD… SOCKET MEMORY``.

``plain`` shows nothing anywhere; with a FILE as its word each picture's number and its middle pixel become a line of
it. ``window`` shows the bare picture of the camera in a real one. The others misbehave as their names say.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import cv2
import numpy as np

from edge.monitor.channel import ChildEnd
from edge.monitor.child import open_screen, run
from edge.monitor.screen import ScreenError

if TYPE_CHECKING:
    from edge.monitor.view import View
    from edge.types import ImageArray


class BarePainter:
    """Paints the camera's picture, and nothing else."""

    def paint(self, view: View, size: tuple[int, int]) -> ImageArray:
        image = view.picture.image if view.picture else None
        if image is None:
            return np.zeros((size[1], size[0], 3), np.uint8)
        return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_NEAREST), np.uint8)


class PlainScreen:
    """A screen without a panel, which notes what it shows."""

    size = (64, 48)
    is_closed = False

    def __init__(self, file: str = os.devnull) -> None:
        self._file = Path(file)

    def show(self, image: ImageArray) -> None:
        self._note(",".join(map(str, image[24, 32])))

    def set_awake(self, *, awake: bool) -> None:
        self._note("awake" if awake else "asleep")

    def close(self) -> None:
        self._note("closed")

    def _note(self, line: str) -> None:
        with self._file.open("a") as file:
            file.write(f"{line}\n")


class HangingScreen(PlainScreen):
    """Its second picture never comes, as when a page flip is waited for without end; SIGTERM does not help."""

    _shown = 0

    def show(self, image: ImageArray) -> None:
        super().show(image)
        self._shown += 1
        if self._shown > 1:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
            time.sleep(600)


class LostScreen(PlainScreen):
    """Its second picture fails."""

    _shown = 0

    def show(self, image: ImageArray) -> None:
        super().show(image)
        self._shown += 1
        if self._shown > 1:
            raise ScreenError("the cable is out")


class DyingScreen(PlainScreen):
    """Takes its process down, as libraries for screens do."""

    def show(self, image: ImageArray) -> None:
        super().show(image)
        os._exit(3)


class ClosedScreen(PlainScreen):
    """A person closes it after the first picture."""

    def show(self, image: ImageArray) -> None:
        super().show(image)
        self.is_closed = True


class FaultyScreen(PlainScreen):
    """Has a bug."""

    def show(self, image: ImageArray) -> None:
        raise ZeroDivisionError(f"of {image.size}")


_SCREENS = {
    "plain": PlainScreen,
    "hanging": HangingScreen,
    "lost": LostScreen,
    "dying": DyingScreen,
    "closed": ClosedScreen,
    "faulty": FaultyScreen,
}


def main() -> NoReturn:
    kind, *words, socket, memory = sys.argv[1:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    channel = ChildEnd(int(socket), int(memory))
    if kind in _SCREENS:
        run(channel, lambda: _SCREENS[kind](*words), BarePainter)
    run(channel, lambda: open_screen(kind, *words), BarePainter)


if __name__ == "__main__":
    main()
