"""From trained weights to TFLite files with the contracts of MoveNet: uint8 pixels in, keypoints out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from models.training.common.convert import to_float, to_int8
from models.training.common.metadata import add_metadata
from models.training.pose.cut import cut
from models.training.pose.decode import decode, decode_all
from models.training.pose.join import join
from models.training.pose.mirrored import mean_of_both, with_mirror_image
from models.training.pose.network import build
from models.training.pose.targets import KEYPOINTS, STRIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.types import ImageArray
    from models.training.pose.network import Widths

SIDE_PX = 192
MULTIPOSE_SIDE_PX = 256
"""People in a whole picture are small; at this size they are about as large as those that were learnt from."""
HEADS = ("centre", "keypoints", "regression", "offsets")
OUTPUT = "output_0"
_DESCRIPTION = (
    "The keypoints of one person: y, x, score for each of the 17 of COCO. A small network of the MoveNet design, "
    "trained by the Edge project on drawn people. Input: RGB pixels 0..255, 192x192."
)
_MULTIPOSE_DESCRIPTION = (
    "Up to six people: y, x, score for each of the 17 keypoints of COCO, then ymin, xmin, ymax, xmax, score. The "
    "network of starter-pose. Input: RGB pixels 0..255, 256x256."
)


def export(trained: Any, widths: Widths, inner_px: int, samples: Sequence[ImageArray]) -> tuple[bytes, bytes]:
    """The model in floats and in 8-bit integers, whose ranges come from ``samples``, ``(192, 192, 3) uint8`` each.

    The network inside looks at the picture and its mirror image at ``inner_px``. The decoding is the same in both
    models, in floats, so that only the network is rounded.
    """
    network = _on_pixels(trained, widths)
    inputs = [{"input": sample[None].astype(np.float32)} for sample in samples]
    integer = to_int8(_maps(network, inner_px), inputs, outputs="float32")
    whole = join(integer, to_float(_decoder(decode, inner_px)))
    return (
        _described(to_float(_whole(network, inner_px)), "starter-pose, float32", _DESCRIPTION),
        _described(whole, "starter-pose", _DESCRIPTION),
    )


def multipose(single: bytes) -> bytes:
    """The model of several people out of the integer model of a single one that :func:`export` made."""
    network = cut(single, HEADS, MULTIPOSE_SIDE_PX)
    whole = join(network, to_float(_decoder(decode_all, MULTIPOSE_SIDE_PX)))
    return _described(whole, "starter-multipose", _MULTIPOSE_DESCRIPTION)


def _on_pixels(trained: Any, widths: Widths) -> Any:
    """The network for pixels 0..255: the first convolution takes the division upon itself."""
    network = build(widths)
    network.set_weights(trained.get_weights())
    stem = network.get_layer("stem")
    stem.set_weights([stem.get_weights()[0] / 255])
    return network


def _look(network: Any, inner_px: int, pictures: Any) -> Any:
    resized = tf.image.resize(pictures, (inner_px, inner_px)) if inner_px != SIDE_PX else pictures
    return network(with_mirror_image(resized), training=False)


def _maps(network: Any, inner_px: int) -> Any:
    """The network, its outputs by name."""

    def maps(input: Any) -> dict[str, Any]:
        return dict(zip(HEADS, _look(network, inner_px, input), strict=True))

    return tf.function(maps).get_concrete_function(tf.TensorSpec((1, SIDE_PX, SIDE_PX, 3), tf.float32, name="input"))


def _decoder(decoding: Callable[..., Any], inner_px: int) -> Any:
    """A decoding alone, its inputs by name."""

    def keypoints(**maps: Any) -> dict[str, Any]:
        return {OUTPUT: decoding(*mean_of_both([maps[name] for name in HEADS]))}

    side = inner_px // STRIDE
    channels = dict(zip(HEADS, (1, KEYPOINTS, 2 * KEYPOINTS, 2 * KEYPOINTS), strict=True))
    specs = {name: tf.TensorSpec((2, side, side, count), tf.float32, name=name) for name, count in channels.items()}
    return tf.function(keypoints).get_concrete_function(**specs)


def _whole(network: Any, inner_px: int) -> Any:
    def keypoints(input: Any) -> dict[str, Any]:
        return {OUTPUT: decode(*mean_of_both(_look(network, inner_px, tf.cast(input, tf.float32))))}

    return tf.function(keypoints).get_concrete_function(tf.TensorSpec((1, SIDE_PX, SIDE_PX, 3), tf.uint8, name="input"))


def _described(model: bytes, name: str, description: str) -> bytes:
    return add_metadata(model, name=name, description=description, mean=0.0, std=1.0)
