"""The annotated video: results as they come, painted and encoded beside the pipeline, never in its way."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from edge.base.rate_limiter import RateLimiter
from edge.demo.drop_oldest_queue import DropOldestQueue
from edge.errors import EdgeError
from edge.overlay.canvas import Canvas
from edge.overlay.ground import ground_of
from edge.overlay.video_writer import VideoWriter
from edge.tasks.latest import LatestResults
from edge.tasks.paint import ResultsPainter

if TYPE_CHECKING:
    from pathlib import Path

    from edge.demo.gallery import Gallery
    from edge.types import Frame, Result, TaskName

RATE_HZ = 15.0
_QUEUE = 8  # about half a second of video; each holds on to its frame
_TURN_S = 0.5


@dataclass(frozen=True, slots=True)
class _Shot:
    frame: Frame
    results: tuple[Result, ...]


class VideoRecorder:
    """A sink that writes the frames of one task with the results of all that hold; a context manager.

    ``lead`` is that task: its results are drawn on the very frames they were made from, or on plain ground with
    ``only_skeletons``. When painting and encoding cannot keep up, the oldest waiting frame is left out of the video and
    counted in ``dropped``.

    Raises:
        EdgeError: the file cannot be written.
    """

    def __init__(self, path: Path, gallery: Gallery, lead: TaskName, *, only_skeletons: bool = False) -> None:
        self.path = path
        self.dropped = 0
        self.frames = 0
        self._gallery = gallery
        self._lead = lead
        self._only_skeletons = only_skeletons
        self._limiter = RateLimiter(RATE_HZ)
        self._latest = LatestResults()
        self._buffer: DropOldestQueue[_Shot] = DropOldestQueue(_QUEUE)
        self._failure: EdgeError | None = None
        self._painter = ResultsPainter()
        self._writer = VideoWriter(path)
        self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)

    def put(self, result: Result) -> None:
        """Take a result; never waits. Called from the workers' threads."""
        self._latest.put(result)
        frame = result.frame
        if result.task == self._lead and self._limiter.is_due(frame.timestamp_ns):
            shot = _Shot(frame, self._latest.at(frame.segment, frame.timestamp_ns))
            self.dropped += self._buffer.put(shot) is not None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        """Finish the video.

        Raises:
            EdgeError: it could not be written.
        """
        self._buffer.close()
        self._thread.join()
        self._writer.close()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        while not self._buffer.exhausted:
            shot = self._buffer.get(_TURN_S)
            if shot is None or self._failure is not None:
                continue
            try:
                self._write(shot)
            except EdgeError as error:
                self._failure = error

    def _write(self, shot: _Shot) -> None:
        image = ground_of(shot.frame, only_skeletons=self._only_skeletons)
        self._painter.paint(Canvas.whole(image), shot.results)
        self._writer.write(image, shot.frame.timestamp_ns)
        self._gallery.offer(shot.frame, shot.results)
        self.frames += 1
