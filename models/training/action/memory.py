"""How the network remembers earlier frames: one set of layers, two ways to run them.

``ClipMemory`` sees a whole clip at once, for training. ``StepMemory`` sees one frame and keeps what it needs of the
earlier ones in states, for the appliance. Both start from zeros, so they give the same numbers frame by frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from keras import ops

if TYPE_CHECKING:
    from collections.abc import Mapping


class Memory(Protocol):
    """What a layer may ask of the past. Frames lie in the first axis: ``(frames, height, width, channels)``."""

    def with_past(self, name: str, x: Any, count: int) -> Any:
        """``x`` with the ``count`` frames before it: ``(clips, count + frames, height * width, channels)``."""

    def fading_mean(self, name: str, x: Any, keep: Any) -> Any:
        """``mean = keep * mean + (1 - keep) * x`` from frame to frame, with ``keep`` 0..1 for each channel."""


class ClipMemory:
    """The memory of clips of ``frames`` frames, all seen at once."""

    def __init__(self, frames: int) -> None:
        self._frames = frames

    def with_past(self, name: str, x: Any, count: int) -> Any:
        """See :class:`Memory`; before the first frame are zeros."""
        del name
        _, height, width, channels = x.shape
        clips = ops.reshape(x, (-1, self._frames, height * width, channels))
        return ops.pad(clips, ((0, 0), (count, 0), (0, 0), (0, 0)))

    def fading_mean(self, name: str, x: Any, keep: Any) -> Any:
        """See :class:`Memory`; as one product with the weight that each frame has at each later one."""
        del name
        channels = x.shape[-1]
        clips = ops.reshape(x, (-1, self._frames, channels))
        ages = ops.expand_dims(ops.arange(self._frames), 1) - ops.arange(self._frames)
        ages = ops.expand_dims(ops.cast(ages, x.dtype), -1)
        weights = (1 - keep) * ops.where(ages < 0, 0.0, ops.power(keep, ops.maximum(ages, 0.0)))
        return ops.reshape(ops.einsum("tsc,bsc->btc", weights, clips), (-1, 1, 1, channels))


class StepMemory:
    """The memory of a single stream: ``states`` by name go in, ``after`` holds those of the next frame."""

    def __init__(self, states: Mapping[str, Any]) -> None:
        self._before = states
        self.after: dict[str, Any] = {}

    def with_past(self, name: str, x: Any, count: int) -> Any:
        """See :class:`Memory`; the state is ``(1, count, height, width, channels)``."""
        _, height, width, channels = x.shape
        row = ops.concatenate([self._before[name], ops.expand_dims(x, 1)], axis=1)
        self.after[name] = row[:, 1:]
        return ops.reshape(row, (1, count + 1, height * width, channels))

    def fading_mean(self, name: str, x: Any, keep: Any) -> Any:
        """See :class:`Memory`; the state is ``(1, 1, 1, channels)``."""
        self.after[name] = self._before[name] * keep + x * (1 - keep)
        return self.after[name]
