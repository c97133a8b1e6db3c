"""Pictures of nothing, to put behind people, before them and onto their clothes."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import cv2
import numpy as np

if TYPE_CHECKING:
    from edge.types import FloatArray, ImageArray

Random: TypeAlias = np.random.Generator


def texture(rng: Random, side_px: int) -> ImageArray:
    """Something that looks like nothing: noise of some coarseness, edges, gradients, in a few colours."""
    image = np.empty((side_px, side_px, 3), np.float32)
    image[:] = rng.uniform(0, 255, 3)
    for _ in range(int(rng.integers(1, 4))):
        cells = int(rng.choice((2, 3, 6, 12, 30)))
        noise = rng.random((cells, cells, 1 if rng.random() < 0.5 else 3)).astype(np.float32)
        smooth = cv2.INTER_NEAREST if rng.random() < 0.25 else cv2.INTER_CUBIC
        share = cv2.resize(noise, (side_px, side_px), interpolation=smooth).reshape(side_px, side_px, -1)
        image += (share - 0.5) * rng.uniform(30, 200)
    image = np.ascontiguousarray(np.clip(image, 0, 255), np.float32)
    for _ in range(int(rng.integers(0, 14))):
        _draw(rng, image)
    return np.asarray(np.clip(image, 0, 255), np.uint8)


def _draw(rng: Random, image: FloatArray) -> None:
    """A bar, a box, a ball or something with corners: much that is around people has straight edges and round ends."""
    side = image.shape[0]
    colour = tuple(rng.uniform(0, 255, 3).tolist())
    a, b = rng.integers(-side // 8, side + side // 8, (2, 2)).tolist()
    match int(rng.integers(4)):
        case 0:
            cv2.line(image, a, b, colour, int(rng.integers(1, max(2, side // 10))), cv2.LINE_AA)
        case 1:
            cv2.rectangle(image, a, b, colour, -1 if rng.random() < 0.5 else 2)
        case 2:
            axes = rng.integers(1, 2 + side // 4, 2).tolist()
            cv2.ellipse(image, a, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1, cv2.LINE_AA)
        case _:
            corners = np.array(a) + rng.integers(-side // 4, side // 4, (int(rng.integers(3, 6)), 2))
            cv2.fillPoly(image, [corners.astype(np.int32)], colour, cv2.LINE_AA)
