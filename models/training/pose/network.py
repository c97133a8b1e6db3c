"""The network: an inverted-residual backbone, a feature pyramid down to stride 4 and four heads on it.

The layout follows MoveNet's model card and the public description of its architecture: MobileNetV2 (Sandler et al.,
2018) with ReLU6, a feature pyramid (Lin et al., 2017), heads after CenterNet (Zhou et al., 2019). Widths are smaller.
Bound to no picture size, so that most of the training can run on small pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from models.training.pose.normalize import Normalize
from models.training.pose.targets import KEYPOINTS


@dataclass(frozen=True, slots=True)
class Stage:
    """Blocks of one width; the first has the stride."""

    channels: int
    blocks: int
    stride: int
    expansion: int = 6


@dataclass(frozen=True, slots=True)
class Widths:
    """How wide the network is; each last stage before a stride feeds the pyramid."""

    stem: int = 16
    stages: tuple[Stage, ...] = (
        Stage(8, 1, 1, 1),
        Stage(16, 2, 2, 4),
        Stage(24, 3, 2),
        Stage(32, 3, 2),
        Stage(48, 6, 1),
        Stage(80, 7, 2),
    )
    pyramid: tuple[int, ...] = (64, 48, 32)
    features: int = 32
    head: int = 48


SMALL = Widths()
TINY = Widths(stages=tuple(Stage(8, 1, stride, 2) for stride in (1, 2, 2, 2, 2)), pyramid=(16, 16, 16), features=16)
"""For trying the recipe out."""


def build(widths: Widths = SMALL) -> Any:
    """The network from pixels 0..1, ``(n, h, w, 3)``, to maps at a quarter of the size.

    In this order: logits of the centre ``(…, 1)``, logits of the keypoints ``(…, 17)``, from a centre to each keypoint
    ``(…, 34)``, from a cell to each keypoint that is in it or next to it ``(…, 34)``; the last two in cells, y before
    x for each keypoint.
    """
    picture = keras.Input((None, None, 3), name="picture")
    levels = _backbone(picture, widths)
    features = _pyramid(levels, widths)
    outputs = [
        _head(features, 1, widths.head // 2, "centre", bias=-4.0),
        _head(features, KEYPOINTS, widths.head, "keypoints", bias=-4.0),
        _head(features, 2 * KEYPOINTS, widths.head, "regression"),
        _head(features, 2 * KEYPOINTS, widths.head, "offsets"),
    ]
    return keras.Model(picture, outputs, name="pose")


def _backbone(x: Any, widths: Widths) -> list[Any]:
    x = _convolved(x, widths.stem, 3, 2, name="stem")
    levels: list[Any] = []
    for stage in widths.stages:
        if stage.stride > 1:
            levels.append(x)
        for block in range(stage.blocks):
            x = _inverted_residual(x, stage, stage.stride if block == 0 else 1)
    return [*levels[1:], x]


def _pyramid(levels: list[Any], widths: Widths) -> Any:
    """From the coarsest level down: enlarge, add what the next finer level knows, mix."""
    *finer, x = levels
    x = _linear(x, widths.pyramid[0])
    for level, channels in zip(reversed(finer), (*widths.pyramid[1:], widths.features), strict=True):
        x = layers.UpSampling2D(2, interpolation="bilinear")(x)
        x = layers.Add()([x, _linear(level, x.shape[-1])])
        x = _separable(x, channels)
    return x


def _head(x: Any, channels: int, width: int, name: str, bias: float = 0.0) -> Any:
    x = _separable(x, width)
    return layers.Conv2D(channels, 1, bias_initializer=keras.initializers.Constant(bias), name=name)(x)


def _inverted_residual(x: Any, stage: Stage, stride: int) -> Any:
    before = x
    if stage.expansion > 1:
        x = _convolved(x, x.shape[-1] * stage.expansion, 1, 1)
    x = _depthwise(x, stride)
    x = _linear(x, stage.channels)
    return layers.Add()([before, x]) if stride == 1 and before.shape[-1] == stage.channels else x


def _separable(x: Any, channels: int) -> Any:
    return _convolved(_depthwise(x, 1, is_linear=True), channels, 1, 1)


def _depthwise(x: Any, stride: int, *, is_linear: bool = False) -> Any:
    x = layers.DepthwiseConv2D(3, stride, "same", use_bias=False)(x)
    x = Normalize()(x)
    return x if is_linear else layers.ReLU(6.0)(x)


def _convolved(x: Any, channels: int, kernel: int, stride: int, name: str | None = None) -> Any:
    x = layers.Conv2D(channels, kernel, stride, "same", use_bias=False, name=name)(x)
    x = Normalize()(x)
    return layers.ReLU(6.0)(x)


def _linear(x: Any, channels: int) -> Any:
    return Normalize()(layers.Conv2D(channels, 1, use_bias=False)(x))
