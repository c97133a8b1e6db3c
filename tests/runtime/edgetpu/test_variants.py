from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge.runtime.edgetpu.variants import Tensors, difference
from edge.runtime.model import Tensor

IMAGE = Tensor("image", 0, (1, 192, 192, 3), np.dtype(np.uint8), 0.0, 0)
SCORES = Tensor("scores", 7, (1, 1001), np.dtype(np.uint8), 1 / 256, 0)
SCALED = "1x1001 uint8, scale 0.00390625, zero point"


CPU = Tensors((IMAGE,), (SCORES,))


def test_names_and_indices_may_differ() -> None:
    renamed = replace(IMAGE, name="serving_default_image:0", index=3)
    assert difference(CPU, Tensors((renamed,), (SCORES,))) == ""


@pytest.mark.parametrize(
    ("compiled", "said"),
    [
        (
            Tensors((replace(IMAGE, shape=(1, 256, 256, 3)),), (SCORES,)),
            "its input 0 is 1x256x256x3 uint8, not 1x192x192x3 uint8",
        ),
        (
            Tensors((replace(IMAGE, dtype=np.dtype(np.int8)),), (SCORES,)),
            "its input 0 is 1x192x192x3 int8, not 1x192x192x3 uint8",
        ),
        (
            Tensors((IMAGE,), (replace(SCORES, zero_point=3),)),
            f"its output 0 is {SCALED} 3, not {SCALED} 0",
        ),
        (Tensors((IMAGE,), ()), f"its output 0 is missing, not {SCALED} 0"),
        (Tensors((IMAGE, IMAGE), (SCORES,)), "its input 1 is 1x192x192x3 uint8, not missing"),
    ],
)
def test_what_the_tensors_mean_may_not(compiled: Tensors, said: str) -> None:
    assert difference(CPU, compiled) == said
