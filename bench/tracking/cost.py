"""What the tracker costs beside the model, in the same run."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.tracking.methods import Ours

if TYPE_CHECKING:
    from bench.tracking.clips import Clip
    from edge.tasks.pose import PoseTask


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians over frames."""

    invoke_us: float
    tracker_us: float

    @property
    def share(self) -> float:
        """The tracker over one ``invoke()`` of one thread."""
        return self.tracker_us / self.invoke_us


def cost(clip: Clip, task: PoseTask) -> Cost:
    """Take turns: one inference of each frame, then the tracker on what it found, with caches as cold as in life."""
    method, invokes, tracks = Ours(), [], []
    for frame in clip.frames():
        keypoints = task.observe(frame, method.crop).people[0].copy()
        begin_s = time.perf_counter()
        task.model.invoke()
        middle_s = time.perf_counter()
        method.see(keypoints, frame.timestamp_ns / 1e9, frame.size)
        invokes.append(middle_s - begin_s)
        tracks.append(time.perf_counter() - middle_s)
    return Cost(statistics.median(invokes) * 1e6, statistics.median(tracks) * 1e6)
