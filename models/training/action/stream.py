"""The network as a stream: one frame and the states in, logits and the next states out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from models.training.action.memory import StepMemory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models.training.action.network import ActionNetwork


def step_function(network: ActionNetwork, side_px: int) -> Any:
    """A concrete function with the names that the file's signature shall have.

    ``image`` ``(1, 1, side, side, 3) float32`` 0..1 and the states, to ``logits`` ``(1, classes)`` and the states.
    """

    def step(**inputs: Any) -> dict[str, Any]:
        image = tf.reshape(inputs.pop("image"), (1, side_px, side_px, 3))
        memory = StepMemory(inputs)
        logits, _ = network.run(image, memory)
        return {"logits": logits, **memory.after}

    shapes = {"image": (1, 1, side_px, side_px, 3), **network.states(side_px)}
    specs = {name: tf.TensorSpec(shape, tf.float32, name=name) for name, shape in shapes.items()}
    return tf.function(step, autograph=False).get_concrete_function(**specs)


def play(step: Any, network: ActionNetwork, clip: NDArray[np.float32]) -> Iterator[tuple[dict[str, Any], Any]]:
    """For each frame of ``clip`` ``(t, side, side, 3)``: what goes into the stream, and the logits that come out."""
    states = {name: np.zeros(shape, np.float32) for name, shape in network.states(clip.shape[1]).items()}
    for image in clip:
        inputs = {"image": image[None, None], **states}
        outputs = {n: v.numpy() for n, v in step(**{n: tf.constant(v) for n, v in inputs.items()}).items()}
        logits = outputs.pop("logits")
        states = outputs
        yield inputs, logits


def largest_difference(model: Any, step: Any, network: ActionNetwork, clip: NDArray[np.float32]) -> float:
    """How far the logits of the two graphs lie apart at most, over the frames of a clip."""
    whole, _ = model(clip, training=False)
    steps = np.concatenate([logits for _, logits in play(step, network, clip)])
    return float(np.abs(whole.numpy() - steps).max())


def calibration(
    step: Any, network: ActionNetwork, clips: Sequence[NDArray[np.float32]], every: int
) -> Iterator[dict[str, Any]]:
    """What goes into the stream while it sees ``clips``, one frame in ``every``: ranges for 8-bit integers."""
    for clip in clips:
        for index, (inputs, _) in enumerate(play(step, network, clip)):
            if index % every == 0:
                yield inputs
