"""What a PoseNet that makes no mistakes says of people whose places are known, and a model that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from edge.tasks.pose.posenet.decode import Heads
from edge.tasks.pose.posenet.tree import EDGES
from tests.tflite import ModelBuilder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.types import FloatArray

STRIDE = 16
FIGURE = np.array(
    [
        *((-60, 0), (-66, 6), (-66, -6), (-62, 14), (-62, -14)),
        *((-34, 22), (-34, -22), (-4, 34), (-4, -34), (26, 38), (26, -38)),
        *((30, 14), (30, -14), (72, 16), (72, -16), (114, 18), (114, -18)),
    ],
    np.float32,
)
"""A standing person around the middle of the torso, ``(17, 2)`` y, x in pixels."""


def heads(people: FloatArray, rows: int, columns: int) -> Heads:
    """Of people ``(n, 17, 2)`` y, x in pixels of the input; each cell speaks of whom it is nearest to."""
    grid = np.moveaxis(np.indices((rows, columns)), 0, -1).astype(np.float32) * STRIDE
    away = people[:, None, None] - grid[None, :, :, None]  # person, row, column, keypoint, axis
    distance_px = np.linalg.norm(away, axis=-1)
    nearest = distance_px.argmin(axis=0)
    scores = np.exp(-((distance_px.min(axis=0) / STRIDE) ** 2)).astype(np.float32)
    offsets = np.take_along_axis(away, nearest[None, ..., None], axis=0)[0]
    steps = [*EDGES, *((child, parent) for parent, child in EDGES)]
    displacements = np.stack([(people[:, b] - people[:, a])[nearest[..., a]] for a, b in steps], axis=2)
    return Heads(scores, offsets, displacements, STRIDE)


def outputs(said: Heads, *, both: bool) -> dict[str, FloatArray]:
    """The same as a model gives it: logits, ys before xs; ``both`` directions of displacements in one as Coral's."""
    inside = np.clip(said.scores, 1e-4, 1 - 1e-4)
    found = {"heatmaps": np.log(inside / (1 - inside)), "offsets": _ys_before_xs(said.offsets)}
    count = len(EDGES)
    forward, backward = (_ys_before_xs(said.displacements[:, :, part]) for part in (slice(count), slice(count, None)))
    if both:
        return found | {"mid": np.concatenate((forward, backward), axis=2)}
    return {"displacement_bwd": backward, **found, "displacement_fwd": forward}


def _ys_before_xs(vectors: FloatArray) -> FloatArray:
    rows, columns, count, _ = vectors.shape
    return vectors.swapaxes(2, 3).reshape(rows, columns, 2 * count)


def fixed_model(
    path: Path,
    size: tuple[int, int],
    values: Mapping[str, NDArray[np.float32]],
    *,
    quantized: Mapping[str, tuple[float, int]] | None = None,
) -> Path:
    """A model with an image input of ``size`` that gives ``values``, each without its batch, whatever it sees.

    ``quantized`` has scale and zero point of those that are stored as bytes.
    """
    b = ModelBuilder()
    image = b.tensor((1, *size, 3), "uint8")
    pixels = b.op("CAST", [image], b.tensor((1, *size, 3)), schema.CastOptionsT())
    axes = b.constant(np.array([0, 1, 2, 3], np.int32))
    bright = b.op("REDUCE_MAX", [pixels, axes], b.tensor(()), schema.ReducerOptionsT())
    nothing = b.op("MUL", [bright, b.constant(np.array(0, np.float32))], b.tensor(()), schema.MulOptionsT())
    b.inputs = {"image": image}
    for name, value in values.items():
        shape = (1, *value.shape)
        answer = b.constant(value[None].astype(np.float32))
        told = b.op("ADD", [answer, nothing], b.tensor(shape), schema.AddOptionsT())
        if quantized and name in quantized:
            told = b.op("QUANTIZE", [told], b.tensor(shape, "uint8", quantized[name]), schema.QuantizeOptionsT())
        b.outputs[name] = told
    return b.save(path, signature=True)
