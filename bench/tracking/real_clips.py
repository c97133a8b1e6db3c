"""Real people: no truth, but for one clip the keypoints that TensorFlow.js published with it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from bench.tracking import metrics
from bench.tracking.clips import Clip
from bench.tracking.loop import run
from edge.camera.video import VideoCamera
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bench.tracking.methods import Method
    from edge.tasks.pose.movenet import MoveNet

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
EXERCISE, WALK = DATA / "media/video_pose/pose_1.mp4", DATA / "media/video_people/asl_walk.mkv"
PUBLISHED = DATA / "reference/tfjs/pose_1.json"
UPPER_BODY = tuple(range(13))
SURE = 0.3


@dataclass(frozen=True, slots=True)
class RealFigures:
    """``shake`` and ``jitter`` in torsos; ``apart_px``: mean distance from the published keypoints, None without."""

    shake: float
    jitter: float
    apart_px: float | None


def real_clip(path: Path) -> Clip:
    """All frames of a video; the published keypoints where there are some, else nothing is true of it."""
    camera = VideoCamera(path, loop=False, realtime=False)
    images, times_s = [], []
    while (frame := camera.read()) is not None:
        planar = frame.image if frame.pixel_format == "i420" else cv2.cvtColor(frame.image, cv2.COLOR_RGB2YUV_I420)
        images.append(np.asarray(planar, np.uint8))
        times_s.append(frame.timestamp_ns / 1e9)
    camera.close()
    frames = len(images)
    truth = published()[:frames] if path == EXERCISE else np.full((frames, 17, 2), np.nan)
    nothing = np.zeros((frames, 17), bool)
    return Clip(path.stem, "real", np.array(images), np.array(times_s), truth, nothing, np.ones(frames))


def published() -> NDArray[np.float64]:
    """``(frames, 17, 2)`` y, x in pixels of the exercise clip."""
    told = json.loads(PUBLISHED.read_text())
    return np.array([[(frame[name]["y"], frame[name]["x"]) for name in COCO_17.names] for frame in told])


def judge_real(clip: Clip, task: MoveNet, make: Callable[[], Method], mask: NDArray[np.bool_]) -> RealFigures:
    """Run a method over a real clip; ``mask`` ``(frames, 17)`` says which keypoints count, the same for all methods."""
    path = run(clip, task, make()).path
    torso_px = metrics.torso_size(clip.truth if np.isfinite(clip.truth).all() else path)
    apart = np.linalg.norm(path - clip.truth, axis=2)[mask]
    return RealFigures(
        shake=metrics.shake(path, mask, torso_px),
        jitter=metrics.jitter(path, mask, torso_px),
        apart_px=float(apart.mean()) if np.isfinite(apart).all() else None,
    )


def sure_keypoints(clip: Clip, seen: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Keypoints of the upper body (of the whole where published) that the model itself is sure of, ``(frames, 17)``."""
    mask = np.asarray(seen[:, :, 2] >= SURE)
    if not np.isfinite(clip.truth).all():
        mask[:, len(UPPER_BODY) :] = False
    return mask
