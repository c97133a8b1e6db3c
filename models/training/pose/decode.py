"""From the maps of the four heads to keypoints, inside the graph, as MoveNet's model card describes it.

The person nearest to the middle is looked for first, then each keypoint near where that person's centre says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from models.training.pose.loss import REGRESSION_UNIT_CELLS
from models.training.pose.targets import KEYPOINTS

_MIDDLE_SHARE = 0.25
_REACH_SHARE = 0.3


def decode(centre: Any, keypoints: Any, regression: Any, offsets: Any) -> Any:
    """Maps of one picture, ``(1, h, w, …)`` as the network gives them, to ``(1, 1, 17, 3)``: y, x, score, 0 to 1.

    Only a multiplication, an addition of logits and two arg-maxes touch whole maps; the rest is done for 17 cells.
    """
    height, width = centre.shape[1:3]
    where = tf.argmax(tf.reshape(centre + _middle(height, width), (-1,)), output_type=tf.int32)
    pointed = tf.gather(tf.reshape(regression, (height * width, KEYPOINTS, 2)), where) * REGRESSION_UNIT_CELLS
    y = pointed[:, 0] + tf.cast(where // width, tf.float32)
    x = pointed[:, 1] + tf.cast(where % width, tf.float32)
    near = keypoints[0] + _nearness(y, height)[:, None] + _nearness(x, width)
    cells = tf.argmax(tf.reshape(near, (height * width, KEYPOINTS)), output_type=tf.int32)
    numbers = tf.range(KEYPOINTS)
    index = cells * KEYPOINTS + numbers
    moved = tf.gather(tf.reshape(offsets, (-1, 2)), index)
    scores = tf.sigmoid(tf.gather(tf.reshape(keypoints, (-1,)), index))
    ys = (tf.cast(cells // width, tf.float32) + 0.5 + moved[:, 0]) / height
    xs = (tf.cast(cells % width, tf.float32) + 0.5 + moved[:, 1]) / width
    return tf.reshape(tf.stack((ys, xs, scores), axis=-1), (1, 1, KEYPOINTS, 3))


def _middle(height: int, width: int) -> Any:
    """What a centre's logit loses by its distance from the middle of the picture, ``(1, h, w, 1) float32``."""
    y, x = (np.arange(size, dtype=np.float32) + 0.5 - size / 2 for size in (height, width))
    squared = (y / (_MIDDLE_SHARE * height))[:, None] ** 2 + (x / (_MIDDLE_SHARE * width)) ** 2
    return tf.constant(-squared[None, ..., None] / 2)


def _nearness(place: Any, size: int) -> Any:
    """What the logits of 17 keypoints lose by their distance from the ``place`` pointed to, ``(size, 17)``."""
    away = (tf.range(size, dtype=tf.float32)[:, None] - place) / (_REACH_SHARE * size)
    return -tf.math.log1p(away * away)
