"""How wrong the network is."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

REGRESSION_UNIT_CELLS = 8.0
"""What 1 in the regression map means, so that its values are of the size of the others'."""
_CENTRE = 0.2
_REGRESSION = 2.0
_OFFSETS = 0.5


def losses(outputs: Any, maps: Any) -> dict[str, Any]:
    """The mean loss of each head, scalars; ``maps`` in the order of ``Targets``.

    Heatmaps: the quality focal loss (Li et al., 2020), a cross entropy that tends to each cell by how far it is off,
    and has a score as its target rather than 0 or 1. The others: L1 where a weight says so, as in CenterNet.
    """
    centre, keypoints, regression, offsets = outputs
    centre_map, keypoint_map, regression_map, regression_weights, offset_map, offset_weights = maps
    return {
        "centre": _CENTRE * _heat(centre, centre_map),
        "keypoints": _heat(keypoints, keypoint_map),
        "regression": _REGRESSION * _distance(regression, regression_map / REGRESSION_UNIT_CELLS, regression_weights),
        "offsets": _OFFSETS * _distance(offsets, offset_map, offset_weights),
    }


def _heat(logits: Any, wanted: Any) -> Any:
    """Summed over the cells, for each peak there is to find."""
    off = tf.abs(wanted - tf.sigmoid(logits))
    loss = off * off * tf.nn.sigmoid_cross_entropy_with_logits(wanted, logits)
    peaks = tf.reduce_sum(tf.cast(tf.reduce_max(wanted, axis=(1, 2)) > 0, tf.float32))
    return tf.reduce_sum(loss) / tf.maximum(peaks, 1.0)


def _distance(found: Any, wanted: Any, weights: Any) -> Any:
    loss = tf.abs(found - wanted) * tf.repeat(weights, 2, axis=-1)
    return tf.reduce_sum(loss) / tf.maximum(tf.reduce_sum(weights), 1.0)
