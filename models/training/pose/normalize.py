"""Batch normalisation in one operation of TensorFlow; Keras makes five of it, which take a third of a CPU's time."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

_MOMENTUM = 0.97
_EPSILON = 1e-3


class Normalize(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Batch normalisation (Ioffe and Szegedy, 2015) over the channels of ``(n, h, w, c)`` maps."""

    def build(self, shape: Any) -> None:
        """Make the scale, the offset and the running mean and variance of each channel."""
        size = (shape[-1],)
        self.scale = self.add_weight(shape=size, initializer="ones", name="scale")
        self.offset = self.add_weight(shape=size, initializer="zeros", name="offset")
        self.mean = self.add_weight(shape=size, initializer="zeros", trainable=False, name="mean")
        self.variance = self.add_weight(shape=size, initializer="ones", trainable=False, name="variance")

    def call(self, x: Any, training: bool = False) -> Any:
        """Normalise by the batch while training, by the running values afterwards."""
        if not training:
            return self._fused(x, self.mean, self.variance, is_training=False)[0]
        nothing = tf.zeros((0,))
        y, mean, variance, *_ = self._fused(x, nothing, nothing, is_training=True)
        for running, new in ((self.mean, mean), (self.variance, variance)):
            running.assign(running * _MOMENTUM + new * (1 - _MOMENTUM))
        return y

    def compute_output_shape(self, shape: Any) -> Any:
        """The same."""
        return shape

    def _fused(self, x: Any, mean: Any, variance: Any, *, is_training: bool) -> Any:
        return tf.raw_ops.FusedBatchNormV3(
            x=x,
            scale=self.scale,
            offset=self.offset,
            mean=mean,
            variance=variance,
            epsilon=_EPSILON,
            is_training=is_training,
        )
