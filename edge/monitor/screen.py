"""What a picture is shown on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from edge.errors import EdgeError

if TYPE_CHECKING:
    from edge.types import ImageArray


class ScreenError(EdgeError):
    """There is no screen now, or it was lost; trying again later may help. The message says why, and what to do."""


class Screen(Protocol):
    """A screen of a monitor, or a window on a desktop; used by one thread, in a process of its own."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; that of a window may change from one picture to the next."""
        ...

    @property
    def is_closed(self) -> bool:
        """Whether a person has closed the window: then nothing more is to be shown."""
        ...

    def show(self, image: ImageArray) -> None:
        """Show ``(height, width, 3) uint8`` RGB of its size; returns when it is seen, at most at the screen's own rate.

        Raises:
            ScreenError: the screen is lost.
        """
        ...

    def set_awake(self, *, awake: bool) -> None:
        """Switch the panel on, or off to save it.

        Raises:
            ScreenError: the screen is lost.
        """
        ...

    def close(self) -> None:
        """Leave the screen as it was found."""
        ...
