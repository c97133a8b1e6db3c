"""A video file as a camera."""

from __future__ import annotations

import logging
import threading
import time
from itertools import chain
from typing import TYPE_CHECKING

from edge.camera.clip import Clip
from edge.camera.pace import Pacer
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from edge.types import ImageArray

log = logging.getLogger(__name__)

TOLD_WAIT_NS = 2 * NS_PER_S
# Below what the daemon takes for a file that hangs.
LONGEST_WAIT_NS = 240 * NS_PER_S


class VideoCamera:
    """Plays a video file, anything FFmpeg reads, animated GIF included.

    ``timestamp_ns`` of a frame is its exact media time; with ``loop`` it goes on growing by the length of the clip.
    ``segment`` grows by one each turn and each time the file's own clock jumps. With ``realtime`` frames come at the
    pace of the file (``live`` is True and ``captured_ns`` is when the frame was due), without it as fast as they are
    read. A long wait for the next frame is told in the log.

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
        self._longest_ns = LONGEST_WAIT_NS if realtime else None
        self._clip = Clip(path, longest_ns=self._longest_ns)
        self.frame_count = self._clip.frame_count
        self.duration_s = self._clip.duration_s
        self._skipped = 0
        self._last_ns = 0
        self._told_wait_ns = TOLD_WAIT_NS
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
            due_ns = self._wait_until(timestamp_ns) if self.live else time.monotonic_ns()
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

    def _wait_until(self, timestamp_ns: int) -> int | None:
        gap_ns, self._last_ns = timestamp_ns - self._last_ns, timestamp_ns
        if gap_ns > self._told_wait_ns:
            # A slide show is told once, not at every slide.
            self._told_wait_ns = 2 * gap_ns
            log.info("%s: the next frame comes after %.1f s; it is waited for", self._path, gap_ns / NS_PER_S)
        return self._pacer.wait_until(timestamp_ns)

    def _play(self) -> Generator[tuple[int, ImageArray, int], None, None]:
        start_ns, segment = 0, 0
        while True:
            first = segment
            for image, moment in self._clip.frames():
                segment = first + moment.segment
                yield segment, image, start_ns + moment.time_ns
            start_ns, segment = start_ns + self._clip.span_ns, segment + 1
            self._clip.close()
            if not self._loop:
                return
            self._skipped += self._clip.broken_frames
            # What is wrong with it was said in the first turn.
            self._clip = Clip(self._path, quiet=True, longest_ns=self._longest_ns)
