"""Models with the inputs and outputs of BlazePose's two, whose answers are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from edge.tasks.common.detection.anchors import AnchorParameters, ssd_anchors
from tests.tflite import ModelBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.types import FloatArray

SIDE_PX = 224
"""Of the detector's input, and best of the picture: then places are pixels of both."""
RADIUS_PX = 40
_LANDMARK_PX = 256
_RIM_PX = _LANDMARK_PX * 0.4  # a region is 2.5 times the radius
_ANCHORS = ssd_anchors(AnchorParameters(SIDE_PX, (8, 16, 32, 32, 32), 0.1484375, 0.75))
_NEVER = -20.0


class Toys(NamedTuple):
    """The files of both."""

    detector: Path
    landmarks: Path


def toys(folder: Path, places: Sequence[tuple[float, float]]) -> Toys:
    """A detector that always finds people around ``places``, x and y in pixels, and landmarks of whoever is bright.

    Where all of a region is black somebody is present, but no keypoint is visible.
    """
    return Toys(_detector(folder / "detector.tflite", places), _landmarks(folder / "landmarks.tflite"))


def _detector(path: Path, places: Sequence[tuple[float, float]]) -> Path:
    offsets, logits = np.zeros((1, 2254, 12), np.float32), np.full((1, 2254, 1), _NEVER, np.float32)
    for row, (x, y) in enumerate(places):
        points = np.array([(x, y), (0, 0), (x, y), (x, y - RADIUS_PX), (0, 0), (0, 0)], np.float32)
        points -= _ANCHORS[row, :2] * SIDE_PX
        points[1] = RADIUS_PX
        offsets[0, row], logits[0, row] = points.ravel(), 5 - row
    nothing = np.zeros((), np.float32)
    return answering(path, SIDE_PX, {"offsets": (offsets, nothing), "logits": (logits, nothing)})


def _landmarks(path: Path) -> Path:
    points = np.zeros((39, 5), np.float32)
    points[:, :2] = np.random.default_rng(1).uniform(40, 216, (39, 2))
    points[33, :2], points[34, :2] = _LANDMARK_PX / 2, (_LANDMARK_PX / 2, _LANDMARK_PX / 2 - _RIM_PX)
    points[:, 3], points[:, 4] = -8, 8
    visible = np.zeros_like(points)
    visible[:, 3] = 16
    nothing = np.zeros((), np.float32)
    return answering(
        path,
        _LANDMARK_PX,
        {
            "points": (points.reshape(1, -1), visible.reshape(1, -1)),
            "world": (np.zeros((1, 117), np.float32), nothing),
            "presence": (np.full((1, 1), 0.6, np.float32), nothing),
            "heatmaps": (np.full((1, 64, 64, 39), _NEVER, np.float32), nothing),
            "mask": (np.zeros((1, 256, 256, 1), np.float32), nothing),
        },
    )


def answering(path: Path, side_px: int, outputs: dict[str, tuple[FloatArray, FloatArray]]) -> Path:
    """Gives the first of each pair, and the second times how bright the brightest is (0..1)."""
    b = ModelBuilder()
    image = b.tensor((1, side_px, side_px, 3))
    axes = b.constant(np.array([0, 1, 2, 3], np.int32))
    bright = b.op("REDUCE_MAX", [image, axes], b.tensor(()), schema.ReducerOptionsT())
    b.inputs = {"image": image}
    for name, (fixed, growing) in outputs.items():
        grown = b.op("MUL", [b.constant(growing), bright], b.tensor(growing.shape), schema.MulOptionsT())
        b.outputs[name] = b.op("ADD", [b.constant(fixed), grown], b.tensor(fixed.shape), schema.AddOptionsT())
    return b.save(path, signature=True)
