"""What the tracker costs beside the model, in the same run."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.tracking.methods import Ours
from edge.tasks.common.look import Look
from edge.tasks.pose.torso import clothes

if TYPE_CHECKING:
    from bench.tracking.clips import Clip
    from edge.tasks.pose.movenet import MoveNet


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians over frames."""

    invoke_us: float
    tracker_us: float

    @property
    def share(self) -> float:
        """The tracker over one ``invoke()`` of one thread."""
        return self.tracker_us / self.invoke_us


def cost(clip: Clip, task: MoveNet) -> Cost:
    """As in the appliance: an inference of each frame, then the tracker, with the caches as the model left them."""
    method, invokes_s, tracks_s = Ours(), [], []
    for frame in clip.frames():
        found = task.observe(frame, Look(method.crop))
        begin_s = time.perf_counter()
        method.see(found.values[0], frame.timestamp_ns / 1e9, frame.size)
        tracks_s.append(time.perf_counter() - begin_s)
        invokes_s.append(found.inference_ms / 1000)
    return Cost(statistics.median(invokes_s) * 1e6, statistics.median(tracks_s) * 1e6)


def clothes_cost(clip: Clip, task: MoveNet, people: int) -> Cost:
    """The same of looking at what so many people wear, all of them where the one of the clip is."""
    invokes_s, looks_s = [], []
    for frame in clip.frames():
        found = task.observe(frame, Look())
        everybody = np.repeat(found.values, people, axis=0)
        everybody[..., 2] = 1
        begin_s = time.perf_counter()
        clothes(frame, everybody)
        looks_s.append(time.perf_counter() - begin_s)
        invokes_s.append(found.inference_ms / 1000)
    return Cost(statistics.median(invokes_s) * 1e6, statistics.median(looks_s) * 1e6)
