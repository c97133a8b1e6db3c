"""A video file as a camera."""

from __future__ import annotations

import threading
import time
from itertools import chain, count
from typing import TYPE_CHECKING

from edge.camera.clip import Clip
from edge.camera.pace import Pacer
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from edge.types import ImageArray


class VideoCamera:
    """Plays a video file, anything FFmpeg reads, animated GIF included.

    ``timestamp_ns`` of a frame is its exact media time; with ``loop`` it goes on growing by the length of the clip and
    ``segment`` grows by one each turn. With ``realtime`` frames come at the pace of the file (``live`` is True and
    ``captured_ns`` is when the frame was due), without it as fast as they are read.

    ``frame_count`` and ``duration_s`` describe one turn as the container states it, None where it does not.

    Raises:
        InputError: the file is missing, a folder, empty, not a video, or holds no frame that can be decoded.
    """

    def __init__(self, path: Path, *, loop: bool, realtime: bool, pacer: Pacer | None = None) -> None:
        self.name = f"video:{path}"
        self.live = realtime
        self._path = path
        self._loop = loop
        self._pacer = pacer or Pacer()
        self._lock = threading.Lock()
        self._number = 0
        self._clip = Clip(path)
        self.frame_count = self._clip.frame_count
        self.duration_s = self._clip.duration_s
        self._skipped = 0
        self._pictures = self._play()
        # Decoding the first frame now tells a broken file at once.
        self._ahead = chain([next(self._pictures)], self._pictures)

    @property
    def broken_frames(self) -> int:
        """Frames that could not be decoded and were left out so far."""
        return self._skipped + self._clip.broken_frames

    def read(self) -> Frame | None:
        """The next frame; None at the end of the file or after :meth:`close`.

        Raises:
            InputError: a looping file cannot be read again.
        """
        with self._lock:
            picture = next(self._ahead, None)
            if picture is None:
                return None
            segment, image, timestamp_ns = picture
            due_ns = self._pacer.wait_until(timestamp_ns) if self.live else time.monotonic_ns()
            if due_ns is None:
                return None
            number, self._number = self._number, self._number + 1
            return Frame(number, image, timestamp_ns, due_ns, segment)

    def close(self) -> None:
        """Release the file and wake a waiting :meth:`read`; safe to call twice."""
        self._pacer.stop()
        with self._lock:
            self._ahead = chain(())
            self._pictures.close()
            self._clip.close()

    def _play(self) -> Generator[tuple[int, ImageArray, int], None, None]:
        start_ns = 0
        for segment in count():
            for image, time_ns in self._clip.frames():
                yield segment, image, start_ns + time_ns
            start_ns += self._clip.span_ns
            self._clip.close()
            if not self._loop:
                return
            self._skipped += self._clip.broken_frames
            self._clip = Clip(self._path, quiet=True)  # what is wrong with it was said in the first turn
