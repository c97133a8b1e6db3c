"""A video network of the design of MoViNet-A0-stream, narrower and without squeeze-and-excitation.

After "MoViNets: Mobile Video Networks for Efficient Video Recognition" (Kondratyuk et al., 2021): inverted bottlenecks
whose depthwise convolution is one over the picture, then one over this and earlier frames. Differences, all for the
sake of 8-bit integers and small computers: ReLU6 for hard swish, no squeeze-and-excitation, skips only where the
shapes agree, and at the end a mean that fades at a learnt pace where the paper's is over all frames since the start,
so a stream that has run for an hour follows as quickly as a fresh one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
from keras import layers, ops

from models.training.action.memory import ClipMemory

if TYPE_CHECKING:
    from models.training.action.memory import Memory


@dataclass(frozen=True, slots=True)
class Bottleneck:
    """One block: channels between and after, kernel over the picture, kernel over frames (1: none), stride."""

    wide: int
    out: int
    kernel: int = 3
    frames: int = 3
    stride: int = 1


A0_HALF = (
    Bottleneck(16, 8, kernel=5, frames=1, stride=2),
    Bottleneck(40, 16, stride=2),
    Bottleneck(40, 16),
    Bottleneck(40, 16),
    Bottleneck(96, 32, frames=5, stride=2),
    Bottleneck(56, 32),
    Bottleneck(96, 32),
    Bottleneck(96, 32, frames=5),
    Bottleneck(96, 32),
    Bottleneck(96, 32),
    Bottleneck(96, 32),
    Bottleneck(192, 56, frames=5, stride=2),
    Bottleneck(144, 56, kernel=5, frames=1),
    Bottleneck(144, 56, kernel=5, frames=1),
    Bottleneck(176, 56, kernel=5, frames=1),
)
"""The table of A0 in the paper at half its widths, in multiples of 8."""
_STEM, _LAST, _HIDDEN = 8, 240, 256
POINTS = 17
POINTS_LAYER = "points"


class FadingPace(layers.Layer):  # type: ignore[misc]  # Keras has no types
    """The share that the mean at the end keeps from frame to frame, ``(channels,) float32``, learnt."""

    def build(self, shape: Any) -> None:
        """Make the weight."""
        start = keras.initializers.RandomUniform(-3.0, 2.5, seed=1)
        self.pace = self.add_weight(shape=(shape[-1],), initializer=start, name="pace")

    def call(self, x: Any) -> Any:
        """The shares, whatever ``x``."""
        del x
        return ops.sigmoid(self.pace)


class ActionNetwork:
    """The layers, made once; :meth:`run` puts them into a graph with any memory.

    Keypoints are learnt from what comes out of block ``points_after``, where it is a sixteenth of the picture's size.
    """

    def __init__(self, classes: int, blocks: tuple[Bottleneck, ...] = A0_HALF, points_after: int = 10) -> None:
        self._blocks, self._points_after = blocks, points_after
        self._layers: dict[str, Any] = {}
        self._classes = classes

    def run(self, images: Any, memory: Memory, *, with_points: bool = False, settled: int = 0) -> tuple[Any, Any]:
        """Logits ``(frames, classes)`` of ``(frames, height, width, 3) float32`` 0..1, and maps of the keypoints.

        The maps ``(frames, height / 16, width / 16, 51)`` are logits of where each keypoint is, then 17 offsets down
        and 17 right within that cell; None unless asked for. The first ``settled`` blocks are not learnt any more.
        """
        x = self._convolve("stem", images, _STEM, kernel=3, stride=2)
        points = None
        for index, block in enumerate(self._blocks):
            x = self._bottleneck(f"block{index}", x, block, memory)
            if index + 1 == settled:
                x = ops.stop_gradient(x)
            if with_points and index == self._points_after:
                points = self._layer(POINTS_LAYER, lambda: layers.Conv2D(3 * POINTS, 1, name=POINTS_LAYER))(x)
        x = self._convolve("last", x, _LAST, kernel=1)
        x = ops.mean(x, axis=(1, 2), keepdims=True)
        keep = self._layer("pace", lambda: FadingPace(name="pace"))(x)
        x = memory.fading_mean("state_head", x, keep)
        x = self._layer("hidden", lambda: layers.Conv2D(_HIDDEN, 1, activation="relu6", name="hidden"))(x)
        x = self._layer("dropout", lambda: layers.Dropout(0.2, name="dropout"))(x)
        x = self._layer("logits", lambda: layers.Conv2D(self._classes, 1, name="logits"))(x)
        return ops.reshape(x, (-1, self._classes)), points

    def states(self, side_px: int) -> dict[str, tuple[int, ...]]:
        """The shape of each state of a stream of pictures of this side."""
        shapes: dict[str, tuple[int, ...]] = {}
        size = -(-side_px // 2)
        for index, block in enumerate(self._blocks):
            size = -(-size // block.stride)
            if block.frames > 1:
                shapes[f"state_block{index}"] = (1, block.frames - 1, size, size, block.wide)
        return shapes | {"state_head": (1, 1, 1, _LAST)}

    def _bottleneck(self, name: str, x: Any, block: Bottleneck, memory: Memory) -> Any:
        before = x
        x = self._convolve(f"{name}_widen", x, block.wide, kernel=1)
        x = self._depthwise(f"{name}_picture", x, (block.kernel, block.kernel), block.stride)
        if block.frames > 1:
            _, height, width, channels = x.shape
            row = memory.with_past(f"state_{name}", x, block.frames - 1)
            row = self._depthwise(f"{name}_frames", row, (block.frames, 1), 1, padding="valid")
            x = ops.reshape(row, (-1, height, width, channels))
        x = self._convolve(f"{name}_narrow", x, block.out, kernel=1, activate=False)
        return before + x if before.shape[1:] == x.shape[1:] else x

    def _convolve(
        self, name: str, x: Any, channels: int, *, kernel: int, stride: int = 1, activate: bool = True
    ) -> Any:
        def make() -> Any:
            return layers.Conv2D(channels, kernel, stride, "same", use_bias=False, name=name)

        return self._normalise(name, self._layer(name, make)(x), activate=activate)

    def _depthwise(self, name: str, x: Any, kernel: tuple[int, int], stride: int, padding: str = "same") -> Any:
        def make() -> Any:
            return layers.DepthwiseConv2D(kernel, stride, padding, use_bias=False, name=name)

        return self._normalise(name, self._layer(name, make)(x), activate=True)

    def _normalise(self, name: str, x: Any, *, activate: bool) -> Any:
        norm = self._layer(f"{name}_norm", lambda: layers.BatchNormalization(momentum=0.98, name=f"{name}_norm"))
        return ops.relu6(norm(x)) if activate else norm(x)

    def _layer(self, name: str, make: Any) -> Any:
        if name not in self._layers:
            self._layers[name] = make()
        return self._layers[name]


def clip_model(network: ActionNetwork, side_px: int, frames: int, settled: int = 0) -> Any:
    """The graph for training: ``(clips * frames, side, side, 3)`` to logits of each frame and maps of keypoints."""
    images = keras.Input((side_px, side_px, 3))
    return keras.Model(images, network.run(images, ClipMemory(frames), with_points=True, settled=settled))
