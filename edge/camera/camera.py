"""What every camera is to the rest of Edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from edge.types import Frame


class Camera(Protocol):
    """A source of frames, opened by its constructor and read by one thread.

    ``live`` is True when frames come at their own pace and late ones are to be dropped; False when the reader sets
    the pace and every frame counts (files with ``realtime = false``).
    """

    name: str
    live: bool

    def read(self) -> Frame | None:
        """Wait for the next frame; None when the source has ended for good.

        Raises:
            CameraError: a live camera cannot deliver now.
            InputError: a file is broken.
        """
        ...

    def close(self) -> None:
        """Release the device or file; safe to call twice."""
        ...
