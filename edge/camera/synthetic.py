"""The built-in scene as a camera."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from edge.camera.pace import MAX_LATE_NS, Pacer
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from edge.scene.scene import Scene
    from edge.scene.truth import SceneTruth


class SyntheticCamera:
    """Plays a scene at its ``fps``; without ``loop`` it ends after one turn of ``scene.period_s``.

    With ``loop`` time goes on growing and ``segment`` grows by one each turn. With ``realtime`` frames come at the
    pace of the scene (``live`` is True and ``captured_ns`` is when the frame was due), without it as fast as they are
    read. Like a real camera's, its time does not wait for a machine that is too slow to draw: frames whose time is over
    are left out, and their numbers with them. ``truth`` is what is true of the frame read last, None before the first.
    """

    def __init__(self, scene: Scene, *, loop: bool, realtime: bool, pacer: Pacer | None = None) -> None:
        self.name = f"synthetic:{scene.name}"
        self.live = realtime
        self.truth: SceneTruth | None = None
        self.duration_s = scene.period_s
        self.frame_count = max(1, round(scene.period_s * scene.fps))
        self._scene = scene
        self._loop = loop
        self._pacer = pacer or Pacer()
        self._lock = threading.Lock()
        self._number = 0
        self._closed = False

    def read(self) -> Frame | None:
        """The next frame; None after the last or after :meth:`close`."""
        with self._lock:
            if self.live:
                self._number += self._overdue()
            segment, index = divmod(self._number, self.frame_count)
            if self._closed or (segment and not self._loop):
                return None
            time_s = index / self._scene.fps
            timestamp_ns = round((segment * self.duration_s + time_s) * NS_PER_S)
            image, truth = self._scene.render(time_s)
            due_ns = self._pacer.wait_until(timestamp_ns) if self.live else time.monotonic_ns()
            if due_ns is None:
                return None
            self.truth = truth
            number, self._number = self._number, self._number + 1
            return Frame(number, image, timestamp_ns, due_ns, segment)

    def _overdue(self) -> int:
        """How many frames, from the next one on, are followed by another that is due already."""
        late_ns = self._pacer.late_ns(round(self._number / self._scene.fps * NS_PER_S))
        if late_ns > MAX_LATE_NS:  # a suspended machine: the scene goes on where it was
            return 0
        return int(late_ns * self._scene.fps / NS_PER_S)

    def close(self) -> None:
        """Stop and wake a waiting :meth:`read`; safe to call twice."""
        self._pacer.stop()
        with self._lock:
            self._closed = True
