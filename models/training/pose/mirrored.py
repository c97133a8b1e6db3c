"""Looking twice: at the picture and at its mirror image, and taking the mean of both answers.

It costs a second run of the network and steadies what is left and what is right.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from models.training.pose.crops import MIRRORED

_TURNED_X = np.array((1, -1), np.float32)


def with_mirror_image(pictures: Any) -> Any:
    """``(n, h, w, 3)`` to ``(2n, h, w, 3)``: the pictures, then their mirror images."""
    return tf.concat((pictures, tf.reverse(pictures, (2,))), axis=0)


def mean_of_both(maps: Any) -> list[Any]:
    """The four maps for ``2n`` pictures as :func:`with_mirror_image` gives them, to those for ``n``."""
    centre, keypoints, regression, offsets = maps
    return [
        _mean(centre, lambda turned: turned),
        _mean(keypoints, lambda turned: tf.gather(turned, MIRRORED, axis=-1)),
        _mean(regression, _turned_pairs),
        _mean(offsets, _turned_pairs),
    ]


def _mean(maps: Any, swapped: Any) -> Any:
    seen, mirrored = tf.split(maps, 2, axis=0)
    return (seen + swapped(tf.reverse(mirrored, (2,)))) / 2


def _turned_pairs(turned: Any) -> Any:
    """``(n, h, w, 34)`` with left and right exchanged and each x the other way."""
    _, height, width, channels = turned.shape
    pairs = tf.reshape(turned, (-1, height, width, channels // 2, 2))
    return tf.reshape(tf.gather(pairs, MIRRORED, axis=3) * _TURNED_X, (-1, height, width, channels))
