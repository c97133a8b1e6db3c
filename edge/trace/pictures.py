"""The frames of a trace as JPEG files in a folder beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.errors import EdgeError

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import Frame

MOST_BYTES = 2_000_000_000
_QUALITY = 90


def folder_of(trace: Path) -> Path:
    """Where the pictures of a trace are: ``walk.jsonl`` has ``walk.frames``."""
    return trace.with_suffix(".frames")


class PictureFolder:
    """Takes pictures until it is full; see ``is_full``.

    Raises:
        EdgeError: the folder cannot be made, or has something in it.
    """

    def __init__(self, trace: Path, most_bytes: int = MOST_BYTES) -> None:
        self.path = folder_of(trace)
        self.size_bytes = 0
        self._most_bytes = most_bytes
        try:
            self.path.mkdir(exist_ok=True)
            is_empty = not any(self.path.iterdir())
        except OSError as error:
            raise EdgeError(f"{self.path}: the folder for frames cannot be made ({error.strerror})") from error
        if not is_empty:
            raise EdgeError(f"{self.path}, the folder for frames, has files in it; remove them or choose another name")

    @property
    def is_full(self) -> bool:
        """Whether no more pictures are taken."""
        return self.size_bytes >= self._most_bytes

    def keep(self, frame: Frame) -> bool:
        """Write a frame's picture, if there is room; whether it was.

        Raises:
            EdgeError: it cannot be written.
        """
        import cv2  # noqa: PLC0415  # whoever reads a trace without pictures need not have OpenCV

        if self.is_full:
            return False
        bgr = cv2.cvtColor(frame.rgb(), cv2.COLOR_RGB2BGR)
        data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])[1].tobytes()
        path = _path(self.path, frame.number)
        try:
            path.write_bytes(data)
        except OSError as error:
            raise EdgeError(f"{path} cannot be written: {error.strerror}; is the disk full?") from error
        self.size_bytes += len(data)
        return True


def picture_of(trace: Path, number: int) -> Path:
    """Where the picture of a frame is, if there is one."""
    return _path(folder_of(trace), number)


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number:08d}.jpg"
