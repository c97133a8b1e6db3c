"""Running a method over a clip: with the model in the loop, or over what the model once saw.

The loop is closed in the appliance: where the model looks depends on what was made of its last answer. Figures come
from the closed loop. Recorded observations (made with the crop following the raw keypoints) serve to choose settings,
where they save the inference, and to compare filters on exactly the same input.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bench.tracking.clips import CACHE
from bench.tracking.methods import Raw
from edge.tasks.common.look import Look

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bench.tracking.clips import Clip
    from bench.tracking.methods import Method
    from edge.tasks.pose.movenet import MoveNet
    from edge.types import Box, FloatArray


@dataclass(frozen=True, slots=True)
class Run:
    """What came out for each frame of a clip.

    ``path`` is ``(frames, 17, 2)`` y, x in pixels, nan where nobody was found; ``shown`` ``(frames, 17) bool``;
    ``crops`` where the model looked; ``tracker_s`` what the method took for each frame.
    """

    path: NDArray[np.float64]
    shown: NDArray[np.bool_]
    crops: tuple[Box | None, ...]
    tracker_s: tuple[float, ...]


def run(clip: Clip, task: MoveNet, method: Method) -> Run:
    """The closed loop: the model looks where the method says."""
    frames = list(clip.frames())

    def look(index: int) -> FloatArray:
        frame, time_s = frames[index], float(clip.times_s[index])
        found: FloatArray = task.observe(frame, Look(method.crop)).values[0]
        closer = method.closer(found, time_s, clip.size)
        if closer is not None:
            found = task.observe(frame, Look(closer)).values[0]
        return found

    return _drive(clip, method, look)


def replay(clip: Clip, observations: FloatArray, method: Method) -> Run:
    """The open loop: ``(frames, 17, 3)`` as recorded, wherever the method would have looked."""
    return _drive(clip, method, lambda index: observations[index])


def recorded(clip: Clip, task: MoveNet) -> FloatArray:
    """What the model sees in all frames of a clip, ``(frames, 17, 3)``; from disk where it was recorded before."""
    path = CACHE / f"seen-{task.model.path.stem}-{clip.name}.npz"
    if not path.exists():
        method = Raw()
        frames = clip.frames()
        seen: list[FloatArray] = []
        for frame in frames:
            seen.append(task.observe(frame, Look(method.crop)).values[0].copy())
            method.see(seen[-1], frame.timestamp_ns / 1e9, frame.size)
        np.savez(path, seen=np.array(seen))
    return np.asarray(np.load(path)["seen"], np.float32)


def _drive(clip: Clip, method: Method, observe: Callable[[int], FloatArray]) -> Run:
    height, width = clip.size
    scale = np.array((height, width), np.float64)
    paths, shown, crops, spent_s = [], [], [], []
    for index, time_s in enumerate(clip.times_s.tolist()):
        crops.append(method.crop)
        keypoints = observe(index)
        begin_s = time.perf_counter()
        result = method.see(keypoints, time_s, (height, width))
        spent_s.append(time.perf_counter() - begin_s)
        paths.append(np.full((17, 2), np.nan) if result is None else result.keypoints[:, :2] * scale)
        shown.append((False,) * 17 if result is None else result.shown)
    return Run(np.array(paths), np.array(shown), tuple(crops), tuple(spent_s))
