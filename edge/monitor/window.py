"""A window on a desktop, by pygame, which is SDL: under X11 or Wayland."""

from __future__ import annotations

import ctypes
import os
import time
from typing import TYPE_CHECKING

from edge.monitor.screen import ScreenError

os.environ.update(
    {
        "PYGAME_HIDE_SUPPORT_PROMPT": "1",
        "SDL_AUDIODRIVER": "dummy",
        "SDL_NO_SIGNAL_HANDLERS": "1",
        "SDL_VIDEO_ALLOW_SCREENSAVER": "1",
        "SDL_VIDEO_MINIMIZE_ON_FOCUS_LOSS": "0",
    }
)
os.environ.setdefault("SDL_VIDEODRIVER", "x11,wayland")  # and no console: SDL would mute its keyboard

import cv2
import numpy as np
import pygame  # it reads these when it is imported

if TYPE_CHECKING:
    from edge.types import ImageArray

SIZE = (1280, 720)
_BGRX = (0xFF0000, 0xFF00, 0xFF, 0)
"""The masks of red, green, blue and alpha where a pixel is these four bytes."""
_PICTURE_S = 1 / 60
"""A display server takes pictures as fast as they come; few monitors show more than so many."""


class WindowScreen:
    """A window with ``title``, or all of the desktop's screen; Esc closes either.

    Raises:
        ScreenError: there is no desktop.
    """

    def __init__(self, title: str, *, is_full_screen: bool = False) -> None:
        try:
            pygame.display.init()
            if pygame.display.get_driver() == "x11":
                os.environ["SDL_FRAMEBUFFER_ACCELERATION"] = "0"  # shared memory, and no OpenGL for a picture as it is
            pygame.display.set_caption(title)
            if is_full_screen:
                pygame.display.set_mode((0, 0), pygame.FULLSCREEN)
                pygame.mouse.set_visible(False)
            else:
                pygame.display.set_mode(_fitting(SIZE), pygame.RESIZABLE)
        except pygame.error as error:
            raise ScreenError(f"no window can be opened: {error}; is there a desktop?") from error
        _end_at_once_at_exit()
        self._is_closed = False
        self._next_s = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, which a person may change."""
        self._look()
        return self._surface().get_size()

    @property
    def is_closed(self) -> bool:
        """Whether a person has closed it."""
        self._look()
        return self._is_closed

    def show(self, image: ImageArray) -> None:
        """Show ``(height, width, 3) uint8`` RGB.

        Raises:
            ScreenError: the desktop is gone.
        """
        time.sleep(max(0.0, self._next_s - time.monotonic()))
        self._next_s = time.monotonic() + _PICTURE_S
        try:
            _copy(image, self._surface())
            pygame.display.flip()
        except pygame.error as error:
            raise ScreenError(f"the window is lost: {error}") from error

    def set_awake(self, *, awake: bool) -> None:
        """Black while nobody is there; the desktop itself switches its monitor off."""
        if not awake:
            self._surface().fill("black")
            pygame.display.flip()

    def close(self) -> None:
        """Take it off the desktop."""
        pygame.display.quit()

    def _surface(self) -> pygame.Surface:
        surface = pygame.display.get_surface()
        if surface is None:
            raise ScreenError("the window is lost")
        return surface

    def _look(self) -> None:
        for event in pygame.event.get():
            if event.type == pygame.WINDOWCLOSE or (event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE):
                self._is_closed = True
            elif event.type == pygame.QUIT and not self._is_closed:  # no person did that
                raise ScreenError("the desktop has ended")


def _copy(image: ImageArray, surface: pygame.Surface) -> None:
    """Bring an image into a window; OpenCV is three times as fast as SDL where both are of one size, as usual."""
    height, width = image.shape[:2]
    if surface.get_size() != (width, height) or surface.get_masks() != _BGRX:
        surface.blit(pygame.image.frombuffer(image.data, (width, height), "RGB"), (0, 0))
        return
    pixels = np.asarray(surface.get_view("0"), np.uint8).reshape(height, surface.get_pitch())
    cv2.cvtColor(image, cv2.COLOR_RGB2BGRA, dst=pixels[:, : 4 * width].reshape(height, width, 4))


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """``size``, or less on a small desktop."""
    desktop = pygame.display.Info()
    return min(size[0], desktop.current_w), min(size[1], desktop.current_h)


def _end_at_once_at_exit() -> None:
    """Have an exit that a library calls end this process at once: Xlib does where the X server is gone.

    What is registered last comes first, and this lets nothing come after it (atexit(3), _exit(2)).
    """
    libc = ctypes.CDLL(None)
    libc.__cxa_atexit(libc._exit, ctypes.c_void_p(1), None)  # noqa: SLF001  # the C library's names
