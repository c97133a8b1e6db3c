"""The trained network as TFLite files: float32, and int8 with its labels inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from edge.scene.truth import SCENE_CLASSES
from models.training.classification.augment import plain
from models.training.classification.network import MEAN, STD, exported_network
from models.training.classification.train import scaled
from models.training.common.convert import to_float, to_int8
from models.training.common.metadata import add_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.types import FloatArray
    from models.training.classification.pictures import Pictures

SIZE_PX = 224
INNER_PX = 128
"""What the network works on: it has learnt at this size, which costs a third of the full one."""
NAME = "starter-classification"
_DESCRIPTION = (
    "What a room shows: nobody, one person, several people, somebody on the floor, darkness, a covered camera. "
    "A network of the EfficientNet-Lite0 design, trained on drawn people."
)
_SHOWN = ("Empty room", "One person", "Several people", "Person on the floor", "Lights off", "Camera covered")


def export(model: Any, samples: Pictures, folder: Path) -> tuple[Path, Path]:
    """Write both files; the int8 one and the float one. ``samples`` decide on the ranges of the integers."""
    network = exported_network(model, SIZE_PX, INNER_PX)
    whole, small = folder / f"{NAME}-float.tflite", folder / f"{NAME}.tflite"
    whole.write_bytes(_described(to_float(network)))
    small.write_bytes(_described(to_int8(network, _inputs(samples))))
    return small, whole


def _described(model: bytes) -> bytes:
    names = {"en": _SHOWN}
    return add_metadata(
        model, name=NAME, description=_DESCRIPTION, mean=MEAN, std=STD, labels=SCENE_CLASSES, display=names
    )


def _inputs(samples: Pictures) -> Iterator[list[FloatArray]]:
    # From black to white: then a step of the input is a step of the pixels.
    ends = np.zeros((SIZE_PX, SIZE_PX, 3), np.float32)
    ends[::2] = 255
    for image in (ends, *(plain(image, SIZE_PX) for image in samples.images)):
        yield [scaled(image[None])]
