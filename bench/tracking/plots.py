"""Line plots drawn with OpenCV: no more is needed for two pictures in the docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.types import ImageArray

WIDTH, HEIGHT = 900, 460
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 150, 40, 50
_INK, _GRID = (60, 60, 60), (225, 225, 225)
_COLORS = ((60, 60, 60), (30, 120, 220), (200, 130, 20), (60, 160, 60), (170, 60, 170))
"""BGR: grey, orange, blue, green, violet."""


@dataclass(frozen=True, slots=True)
class Line:
    """One curve; with ``dots`` its points are marked, without a line between them where ``joined`` is False."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    dots: bool = False
    joined: bool = True


def plot(path: Path, title: str, x_label: str, y_label: str, lines: Sequence[Line]) -> None:
    """Write a PNG with all lines, each in its colour, named at the right."""
    image = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    x_ticks = _ticks([value for line in lines for value in line.x])
    y_ticks = _ticks([value for line in lines for value in line.y])
    _text(image, title, (_LEFT, 24), 0.55)
    _text(image, x_label, (_LEFT, HEIGHT - 10), 0.45)
    _text(image, y_label, (4, _TOP - 8), 0.45)
    for tick in x_ticks:
        position = _place(tick, y_ticks[0], x_ticks, y_ticks)
        cv2.line(image, position, (position[0], _TOP), _GRID, 1)
        _text(image, f"{tick:g}", (position[0] - 10, position[1] + 18), 0.4)
    for tick in y_ticks:
        position = _place(x_ticks[0], tick, x_ticks, y_ticks)
        cv2.line(image, position, (WIDTH - _RIGHT, position[1]), _GRID, 1)
        _text(image, f"{tick:g}", (position[0] - 58, position[1] + 4), 0.4)
    for number, line in enumerate(lines):
        color = _COLORS[number % len(_COLORS)]
        points = [_place(x, y, x_ticks, y_ticks) for x, y in zip(line.x, line.y, strict=True)]
        if line.joined:
            cv2.polylines(image, [np.array(points, np.int32)], isClosed=False, color=color, thickness=2, lineType=16)
        for point in points if line.dots else ():
            cv2.circle(image, point, 4, color, -1, cv2.LINE_AA)
        _text(image, line.name, (WIDTH - _RIGHT + 12, _TOP + 20 + 22 * number), 0.45, color)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), image, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def _ticks(values: Sequence[float]) -> list[float]:
    """Five to ten round numbers that span the values."""
    low, high = min(values), max(values)
    rough = max(high - low, 1e-9) / 6
    power = 10 ** np.floor(np.log10(rough))
    step = float(power * min((1, 2, 5, 10), key=lambda factor: abs(factor * power - rough)))
    first, last = int(np.floor(low / step)), int(np.ceil(high / step))
    return [round(index * step, 10) for index in range(first, last + 1)]


def _place(x: float, y: float, x_ticks: Sequence[float], y_ticks: Sequence[float]) -> tuple[int, int]:
    across = (x - x_ticks[0]) / (x_ticks[-1] - x_ticks[0])
    up = (y - y_ticks[0]) / (y_ticks[-1] - y_ticks[0])
    return round(_LEFT + across * (WIDTH - _LEFT - _RIGHT)), round(HEIGHT - _BOTTOM - up * (HEIGHT - _TOP - _BOTTOM))


def _text(
    image: ImageArray, text: str, position: tuple[int, int], size: float, color: tuple[int, int, int] = _INK
) -> None:
    cv2.putText(image, text, position, cv2.FONT_HERSHEY_SIMPLEX, size, color, 1, cv2.LINE_AA)
