"""EfficientNet-Lite0: the published architecture, built anew, with weights drawn at random.

M. Tan and Q. V. Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (2019), in the published
Lite variant: ReLU6 in place of swish, no squeeze-and-excite. Drop-connect is left out: it does not help in so short a
training.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
from keras import layers

STRIDE_WHERE = 16
"""Pixels of the input beside one cell of the map that says where people are."""
MEAN, STD = 127.0, 128.0
"""The network takes ``(pixel - MEAN) / STD``."""


class Stage(NamedTuple):
    """Blocks in a row: the first has the stride."""

    kernel: int
    stride: int
    expansion: int
    width: int
    repeats: int


STEM, HEAD = 32, 1280
STAGES = (
    Stage(3, 1, 1, 16, 1),
    Stage(3, 2, 6, 24, 2),
    Stage(5, 2, 6, 40, 2),
    Stage(3, 2, 6, 80, 3),
    Stage(5, 1, 6, 112, 3),
    Stage(5, 2, 6, 192, 4),
    Stage(3, 1, 6, 320, 1),
)
_WHERE_AFTER = 4  # the last stage with a stride of 16


def trained_network(classes: int) -> Any:
    """What is trained: ``(batch, height, width, 3) float32`` of any size to two results.

    ``scene`` is ``(batch, classes)`` logits. ``where`` is ``(batch, height / 16, width / 16, 2)`` logits: whether a
    cell shows an upright person, and one on the floor. It only helps to learn, and is left out of what is exported.
    """
    image = keras.Input((None, None, 3), name="image")
    y, middle = _features(image)
    where = layers.Conv2D(2, 1, name="where", dtype="float32")(middle)
    y = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(y))
    return keras.Model(image, {"scene": layers.Dense(classes, name="scene")(y), "where": where})


def exported_network(trained: Any, size: int, inner: int) -> Any:
    """The network to ship: one picture of ``size`` by ``size`` pixels to ``(1, classes)`` probabilities.

    It shrinks the picture to ``inner`` by ``inner`` itself, what it was trained with last.
    """
    classes = trained.get_layer("scene").units
    image = keras.Input((size, size, 3), batch_size=1, name="image")
    y, _ = _features(layers.Resizing(inner, inner, name="shrink")(image))
    y = layers.Dense(classes, name="scene")(layers.GlobalAveragePooling2D()(y))
    exported = keras.Model(image, layers.Softmax(name="scores")(y))
    for layer in exported.layers:
        if layer.weights:
            layer.set_weights(trained.get_layer(layer.name).get_weights())
    return exported


def _features(image: Any) -> tuple[Any, Any]:
    """The last features, and those in the middle at a stride of 16."""
    y = middle = _convolution(image, STEM, 3, stride=2, name="stem")
    for number, stage in enumerate(STAGES):
        for repeat in range(stage.repeats):
            y = _block(y, stage, stage.stride if repeat == 0 else 1, f"stage{number}_{repeat}")
        middle = y if number == _WHERE_AFTER else middle
    return _convolution(y, HEAD, 1, name="head"), middle


def _block(x: Any, stage: Stage, stride: int, name: str) -> Any:
    """An inverted bottleneck: widen, filter each channel, narrow; around it a shortcut where the shapes allow."""
    width_in = x.shape[-1]
    y = x
    if stage.expansion > 1:
        y = _convolution(y, width_in * stage.expansion, 1, name=f"{name}_expand")
    y = layers.DepthwiseConv2D(stage.kernel, stride, "same", use_bias=False, name=f"{name}_depthwise")(y)
    y = layers.ReLU(6.0)(_normalise(y, f"{name}_depthwise"))
    y = layers.Conv2D(stage.width, 1, use_bias=False, kernel_initializer="he_normal", name=f"{name}_project")(y)
    y = _normalise(y, f"{name}_project")
    return layers.Add()([x, y]) if stride == 1 and width_in == stage.width else y


def _convolution(x: Any, width: int, kernel: int, *, stride: int = 1, name: str) -> Any:
    y = layers.Conv2D(width, kernel, stride, "same", use_bias=False, kernel_initializer="he_normal", name=name)(x)
    return layers.ReLU(6.0)(_normalise(y, name))


def _normalise(x: Any, name: str) -> Any:
    # Moving averages over some 20 batches: the training is too short for the usual 100 or 1000.
    return layers.BatchNormalization(momentum=0.95, epsilon=1e-3, name=f"{name}_norm")(x)
