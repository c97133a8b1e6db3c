"""How steady and how late the landmarks of hands are: a photo's hand with sensor noise, still and moving.

    python -m bench.hands_steadiness

What is true is where the landmarks of the clean photo go. Printed is the root mean square, in palms, of how far they
are off (a constant offset of each landmark left out) and of how that changes from one frame to the next, for landmarks
as the model gives them and smoothed with the size of the hand counted once, twice, and as often as a body is larger.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.common.place_smoother import PlaceSmoother
from edge.tasks.hands.duplicates import palm_px
from edge.tasks.hands.model import Hands, HandThresholds
from edge.tracking.smoothing import SmoothingParameters
from edge.types import NS_PER_S, Frame

if TYPE_CHECKING:
    from edge.types import FloatArray, ImageArray

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
WIDTH, HEIGHT, FPS, FRAMES = 640, 480, 30, 150
_BEGIN = 30
"""So many frames are not counted."""
_NOISE = 8.0
_MIDDLE = np.array((175.0, 191.0))
_SWAY_PX = {"still": (0, 0, 0.0), "slow": (60, 20, 0.3), "fast": (150, 60, 1.0)}
"""How far it goes across and down, and how often a second."""
_SIZES = (0, 1, 2, 9)


def main() -> None:
    """Measure and print."""
    pixels = cv2.imread(str(DATA / "media/hand_face/hands.jpg"))
    assert pixels is not None  # noqa: S101
    photo = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)[:, :350], np.uint8)
    for kind in _SWAY_PX:
        seen, true = _seen(photo, kind), _true(photo, kind)
        for size in _SIZES:
            off = (_shown(seen, size) - true)[_BEGIN:] / palm_px(seen[0], (HEIGHT, WIDTH))
            off -= off.mean(axis=0)
            name = f"smoothed, size x {size}" if size else "as the model says"
            print(f"{kind:6} {name:20} off {_rms(off):.4f}  jitter {_rms(np.diff(off, axis=0)):.4f}")


def _model() -> Hands:
    folder = DATA / "models/mediapipe"
    parts = {"detector": folder / "palm_detection_lite.tflite", "landmarks": folder / "hand_landmark_lite.tflite"}
    return Hands(parts, partial(TfliteModel, threads=1), HandThresholds())


def _view(time_s: float, kind: str) -> FloatArray:
    """From the photo to a frame."""
    across, down, often = _SWAY_PX[kind]
    turn = 2 * np.pi * often * time_s
    matrix = cv2.getRotationMatrix2D(tuple(_MIDDLE.tolist()), across / 10 * np.sin(0.9 * turn), 0.8)
    matrix[:, 2] += np.array((WIDTH / 2, HEIGHT / 2)) - _MIDDLE
    matrix[:, 2] += (across * np.sin(turn), down * np.sin(0.7 * turn))
    return np.asarray(matrix, np.float32)


def _drawn(photo: ImageArray, matrix: FloatArray) -> ImageArray:
    return np.asarray(cv2.warpAffine(photo, matrix, (WIDTH, HEIGHT), borderValue=(255, 255, 255)), np.uint8)


def _seen(photo: ImageArray, kind: str) -> list[FloatArray]:
    """The landmarks of each noisy frame, ``(21, 3)``."""
    model, random, found = _model(), np.random.default_rng(3), []
    for number in range(FRAMES):
        clean = _drawn(photo, _view(number / FPS, kind)) * 0.85
        image = np.clip(clean + random.normal(0, _NOISE, clean.shape), 0, 255).astype(np.uint8)
        (hand,) = model.observe(Frame(number, image, number * NS_PER_S // FPS, 0), Look()).values
        found.append(hand.points)
    return found


def _true(photo: ImageArray, kind: str) -> FloatArray:
    """Where the landmarks of the photo are in each frame, in pixels: the median over clean views of it."""
    model, own = _model(), []
    for number in range(24):
        matrix = _view(number / 7, "slow")
        model.reset()
        (hand,) = model.observe(Frame(number, _drawn(photo, matrix), 0, 0), Look()).values
        back = cv2.invertAffineTransform(matrix)
        own.append(hand.points[:, :2] * (WIDTH, HEIGHT) @ back[:, :2].T + back[:, 2])
    middle = np.median(own, axis=0)
    views = [_view(number / FPS, kind) for number in range(FRAMES)]
    return np.array([middle @ view[:, :2].T + view[:, 2] for view in views], np.float32)


def _shown(seen: list[FloatArray], size: int) -> FloatArray:
    """In pixels; ``size`` 0: not smoothed."""
    smoother, shown = PlaceSmoother(SmoothingParameters()), []
    for number, points in enumerate(seen):
        places_px = points[:, :2] * (WIDTH, HEIGHT)
        size_px = float((places_px.max(axis=0) - places_px.min(axis=0)).max()) * size
        step_s = 1 / FPS if number else 0.0
        sure = [1.0] * len(points)
        smoothed = (
            smoother.update(points, sure, (WIDTH, HEIGHT, WIDTH), step_s=step_s, size=size_px) if size else points
        )
        shown.append(smoothed[:, :2] * (WIDTH, HEIGHT))
    return np.array(shown, np.float32)


def _rms(vectors: FloatArray) -> float:
    return float(np.sqrt((vectors**2).sum(axis=-1).mean()))


if __name__ == "__main__":
    main()
