"""The anchors of single-shot detectors.

After Liu et al., "SSD: Single Shot MultiBox Detector", ECCV 2016, in the order in which MediaPipe's models were trained
(``ssd_anchors_calculator.cc``): layers of the same stride share a grid, and each cell has all their anchors.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.types import FloatArray

_LOWEST_LAYER = ((1.0, 0.1), (2.0, None), (0.5, None))
"""Ratio and scale of the few anchors of a reduced lowest layer; None: the layer's own scale."""


@dataclass(frozen=True, slots=True)
class AnchorParameters:
    """What the anchors of a model hang on.

    ``strides`` has one entry a layer, in pixels of the square input. Scales grow from ``min_scale`` to ``max_scale``
    over the layers. ``interpolated_ratio`` is that of one more anchor in each cell and layer, 0 for none. With
    ``unit_size`` all anchors are as large as the input: the model tells sizes by itself.
    """

    input_px: int
    strides: tuple[int, ...]
    min_scale: float
    max_scale: float
    ratios: tuple[float, ...] = (1.0,)
    interpolated_ratio: float = 1.0
    unit_size: bool = True
    reduce_lowest_layer: bool = False


def ssd_anchors(parameters: AnchorParameters) -> FloatArray:
    """``(n, 4) float32``: x and y of the centre, width, height, all in 0..1 of the input."""
    rows: list[tuple[float, float, float, float]] = []
    for stride, group in groupby(range(len(parameters.strides)), key=parameters.strides.__getitem__):
        sizes = [size for layer in group for size in _sizes(parameters, layer)]
        cells = ceil(parameters.input_px / stride)
        rows += [
            ((column + 0.5) / cells, (row + 0.5) / cells, *size)
            for row in range(cells)
            for column in range(cells)
            for size in sizes
        ]
    return np.array(rows, np.float32)


def _sizes(parameters: AnchorParameters, layer: int) -> Iterator[tuple[float, float]]:
    """Width and height of each anchor that a layer has in a cell."""
    for ratio, scale in _shapes(parameters, layer):
        yield (1.0, 1.0) if parameters.unit_size else (scale * sqrt(ratio), scale / sqrt(ratio))


def _shapes(parameters: AnchorParameters, layer: int) -> Iterator[tuple[float, float]]:
    """Ratio and scale of each."""
    scale = _scale(parameters, layer)
    if layer == 0 and parameters.reduce_lowest_layer:
        yield from ((ratio, own or scale) for ratio, own in _LOWEST_LAYER)
        return
    yield from ((ratio, scale) for ratio in parameters.ratios)
    if parameters.interpolated_ratio > 0:
        yield parameters.interpolated_ratio, sqrt(scale * _scale(parameters, layer + 1))


def _scale(parameters: AnchorParameters, layer: int) -> float:
    low, high, layers = parameters.min_scale, parameters.max_scale, len(parameters.strides)
    if layer == layers:
        return 1.0
    return (low + high) / 2 if layers == 1 else low + (high - low) * layer / (layers - 1)
