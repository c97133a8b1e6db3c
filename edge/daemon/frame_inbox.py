"""Where a task's next frame waits: the newest only for a live source, a short queue where every frame counts."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from edge.types import Frame

QUEUE_LENGTH = 2
HEAD_START_S = 0.0007
"""How long whoever fills a full queue rests, so that the worker that has just made room is inside the model, where it
needs no interpreter lock, before the next frame is decoded. One frame is still in the queue meanwhile."""


class FrameInbox(Protocol):
    """Hands frames from the camera's thread to one worker."""

    received: int
    dropped: int

    def put(self, frame: Frame) -> None:
        """Offer a frame."""
        ...

    def get(self) -> Frame | None:
        """Wait for a frame; None once the inbox is closed and nothing is left."""
        ...

    def close(self) -> None:
        """No more frames will come; wakes whoever waits."""
        ...


class LatestInbox:
    """Keeps the newest frame; one that was never taken is dropped and counted. ``put`` never waits."""

    def __init__(self) -> None:
        self.received = 0
        self.dropped = 0
        self._frame: Frame | None = None
        self._closed = False
        self._changed = threading.Condition()

    def put(self, frame: Frame) -> None:
        """Offer a frame, replacing one that still waits."""
        with self._changed:
            self.received += 1
            self.dropped += self._frame is not None
            self._frame = frame
            self._changed.notify()

    def get(self) -> Frame | None:
        """Wait for a frame; None once the inbox is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._closed)
            frame, self._frame = self._frame, None
            return frame

    def close(self) -> None:
        """No more frames will come."""
        with self._changed:
            self._closed = True
            self._changed.notify()


class QueueInbox:
    """A queue of two; ``put`` waits for room, so that nothing is dropped."""

    def __init__(self) -> None:
        self.received = 0
        self.dropped = 0
        self._frames: deque[Frame] = deque()
        self._closed = False
        self._changed = threading.Condition()

    def put(self, frame: Frame) -> None:
        """Append a frame, waiting for room; after :meth:`close` it is dropped and counted."""
        with self._changed:
            waits = len(self._frames) >= QUEUE_LENGTH
            self._changed.wait_for(lambda: len(self._frames) < QUEUE_LENGTH or self._closed)
            self.received += 1
            if self._closed:
                self.dropped += 1
                return
            self._frames.append(frame)
            self._changed.notify()
        if waits:
            time.sleep(HEAD_START_S)

    def get(self) -> Frame | None:
        """Wait for the oldest frame; None once the inbox is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._frames or self._closed)
            frame = self._frames.popleft() if self._frames else None
            self._changed.notify()
            return frame

    def close(self) -> None:
        """No more frames will come; those that wait are still handed out."""
        with self._changed:
            self._closed = True
            self._changed.notify()
