"""From the maps of the four heads to keypoints, inside the graph, as MoveNet's model cards describe it.

Of a single person that is the one nearest to the middle, of several the centres that stand out; then each keypoint is
looked for near where that person's centre says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from models.training.pose.loss import REGRESSION_UNIT_CELLS
from models.training.pose.targets import KEYPOINTS

PEOPLE = 6
"""How many people MultiPose reports."""
_MIDDLE_SHARE = 0.25
_REACH_SHARE = 0.3
_OWN_REACH_SHARE = 0.25
"""Of a person's own size, so that the keypoints of others are too far away."""
_LEAST_REACH_CELLS = 1.0
_LEAST_CENTRE = 0.5
_NEIGHBOURS = 3
_TIE_STEP = 1e-6
_NO_PEAK = -100.0


def decode(centre: Any, keypoints: Any, regression: Any, offsets: Any) -> Any:
    """Maps of one picture, ``(1, h, w, …)`` as the network gives them, to ``(1, 1, 17, 3)``: y, x, score, 0 to 1.

    Only a multiplication, an addition of logits and two arg-maxes touch whole maps; the rest is done for 17 cells.
    """
    height, width = centre.shape[1:3]
    where = tf.argmax(tf.reshape(centre + _middle(height, width), (1, -1)), axis=1, output_type=tf.int32)
    found = _keypoints(keypoints, offsets, _pointed(regression, where), _REACH_SHARE * height)
    return found[None]


def decode_all(centre: Any, keypoints: Any, regression: Any, offsets: Any) -> Any:
    """The same maps to ``(1, 6, 56)``, the surest first: 17 times y, x, score, then ymin, xmin, ymax, xmax, score.

    A person's centre is a cell that is surer than all next to it; the last score is how sure. Where that is below 0.5
    there is nobody, and all keypoints have the score 0.
    """
    logits, where = tf.math.top_k(tf.reshape(_peaks(centre), (-1,)), PEOPLE)
    sure = tf.sigmoid(logits)
    pointed = _pointed(regression, where)
    size = tf.reduce_max(tf.reduce_max(pointed, axis=1) - tf.reduce_min(pointed, axis=1), axis=1)
    reach = tf.maximum(size * _OWN_REACH_SHARE, _LEAST_REACH_CELLS)[:, None, None]
    found = _keypoints(keypoints, offsets, pointed, reach)
    places, is_somebody = found[..., :2], tf.cast(sure >= _LEAST_CENTRE, tf.float32)
    found = tf.concat((places, found[..., 2:] * is_somebody[:, None, None]), axis=2)
    box = (tf.reduce_min(places, axis=1), tf.reduce_max(places, axis=1))
    return tf.concat((tf.reshape(found, (PEOPLE, -1)), *box, sure[:, None]), axis=1)[None]


def _middle(height: int, width: int) -> Any:
    """What a centre's logit loses by its distance from the middle of the picture, ``(1, h, w, 1) float32``."""
    y, x = (np.arange(size, dtype=np.float32) + 0.5 - size / 2 for size in (height, width))
    squared = (y / (_MIDDLE_SHARE * height))[:, None] ** 2 + (x / (_MIDDLE_SHARE * width)) ** 2
    return tf.constant(-squared[None, ..., None] / 2)


def _peaks(centre: Any) -> Any:
    """The logits that no cell next to them exceeds, all others far below; of equal ones side by side the first."""
    _, height, width, _ = centre.shape
    distinct = centre - tf.constant(
        np.arange(height * width, dtype=np.float32).reshape(1, height, width, 1) * _TIE_STEP
    )
    highest = tf.nn.max_pool2d(distinct, _NEIGHBOURS, 1, "SAME")
    return tf.where(distinct >= highest, distinct, tf.constant(_NO_PEAK))


def _pointed(regression: Any, where: Any) -> Any:
    """Where the centres in the cells ``where``, ``(n,)``, say that their keypoints are: ``(n, 17, 2)``, in cells."""
    width = regression.shape[2]
    way = tf.gather(tf.reshape(regression, (-1, KEYPOINTS, 2)), where) * REGRESSION_UNIT_CELLS
    cells = tf.stack((where // width, where % width), axis=-1)
    return way + tf.cast(cells, tf.float32)[:, None]


def _keypoints(keypoints: Any, offsets: Any, pointed: Any, reach: Any) -> Any:
    """The keypoints near where it was ``pointed`` to, ``(n, 17, 3)``; ``reach`` in cells."""
    height, width = keypoints.shape[1:3]
    near = keypoints + _nearness(pointed[..., 0], height, reach)[:, :, None]
    near += _nearness(pointed[..., 1], width, reach)[:, None]
    cells = tf.argmax(tf.reshape(near, (-1, height * width, KEYPOINTS)), axis=1, output_type=tf.int32)
    index = cells * KEYPOINTS + tf.range(KEYPOINTS)
    moved = tf.gather(tf.reshape(offsets, (-1, 2)), index)
    scores = tf.sigmoid(tf.gather(tf.reshape(keypoints, (-1,)), index))
    ys = (tf.cast(cells // width, tf.float32) + 0.5 + moved[..., 0]) / height
    xs = (tf.cast(cells % width, tf.float32) + 0.5 + moved[..., 1]) / width
    return tf.stack((ys, xs, scores), axis=-1)


def _nearness(place: Any, size: int, reach: Any) -> Any:
    """What the logits of keypoints lose by their distance from the ``place`` pointed to, ``(n, size, 17)``."""
    away = (tf.range(size, dtype=tf.float32)[None, :, None] - place[:, None]) / reach
    return -tf.math.log1p(away * away)
