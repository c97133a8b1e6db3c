"""The training: AdamW with a cosine, small pictures first, a running mean of the weights as the result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf
from keras import optimizers

from models.training.pose.batches import Wanted, batches
from models.training.pose.loss import losses

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from models.training.common.run import Run

_WARM_UP = 300
_AVERAGE_OVER = 60
_CLIP_NORM = 5.0


@dataclass(frozen=True, slots=True)
class Course:
    """``sides_px`` gives the size of pictures for each epoch, each of ``batches`` batches of ``size``."""

    sides_px: tuple[int, ...]
    batches: int
    size: int
    peak_rate: float


class Trainer:
    """A network in training, with the running mean of its weights."""

    def __init__(self, network: Any, course: Course) -> None:
        self.network, self.course = network, course
        self.steps = tf.Variable(0, dtype=tf.int64)
        self.optimizer = optimizers.AdamW(
            course.peak_rate, weight_decay=0.02, clipnorm=None, global_clipnorm=_CLIP_NORM
        )
        self.optimizer.build(network.trainable_variables)
        self.average = [tf.Variable(weight) for weight in network.weights]
        self._step = tf.function(self._learn)

    def epoch(self, number: int, scenes: Sequence[Path], seed: int) -> dict[str, float]:
        """Learn from one epoch of batches; the mean of each loss."""
        course = self.course
        wanted = Wanted(
            scenes=tuple(scenes),
            side_px=course.sides_px[number],
            size=course.size,
            count=course.batches,
            seed=seed * 1000 + number,
        )
        sums: dict[str, float] = {}
        for pictures, maps in batches(wanted):
            self.optimizer.learning_rate.assign(self._rate())
            for name, loss in self._step(tf.constant(pictures), [tf.constant(part) for part in maps]).items():
                sums[name] = sums.get(name, 0.0) + float(loss)
        return {name: value / course.batches for name, value in sums.items()}

    def averaged(self, network: Any) -> Any:
        """Put the averaged weights into a network of the same layout."""
        network.set_weights([weight.numpy() for weight in self.average])
        return network

    def _rate(self) -> float:
        steps, course = int(self.steps), self.course
        share = min(1.0, steps / (len(course.sides_px) * course.batches))
        return (
            course.peak_rate
            * min(1.0, (steps + 1) / _WARM_UP)
            * (0.01 + 0.99 * (0.5 + 0.5 * math.cos(math.pi * share)))
        )

    def _learn(self, pictures: Any, maps: Any) -> dict[str, Any]:
        with tf.GradientTape() as tape:
            found = losses(self.network(tf.cast(pictures, tf.float32) / 255.0, training=True), maps)
            total = tf.add_n(list(found.values()))
        variables = self.network.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(total, variables), variables, strict=True))
        self.steps.assign_add(1)
        # A mean over all steps at first, over the last few hundred later.
        share = tf.maximum(1 / _AVERAGE_OVER, 1 / tf.cast(self.steps, tf.float32))
        for average, weight in zip(self.average, self.network.weights, strict=True):
            average.assign_add(share * (weight - average))
        return found

    def save(self, path: Path) -> None:
        """Write all there is to go on from into an ``.npz``."""
        np.savez(path, *[variable.numpy() for variable in self._state()])

    def load(self, path: Path) -> None:
        """Go on from what :meth:`save` wrote."""
        with np.load(path) as file:
            for variable, name in zip(self._state(), file.files, strict=True):
                variable.assign(file[name])

    def _state(self) -> list[Any]:
        return [self.steps, *self.network.variables, *self.average, *self.optimizer.variables]


def train(
    trainer: Trainer,
    run: Run,
    scenes: Sequence[Path],
    judge: Callable[[int], dict[str, float]],
) -> None:
    """Go through the course from where the run stands, with a checkpoint and an entry in the log after each epoch.

    ``judge`` is given the side of the pictures and tells more to log.
    """
    latest = run.latest()
    if latest:
        trainer.load(latest[1])
    for epoch in range(latest[0] if latest else 0, len(trainer.course.sides_px)):
        found = trainer.epoch(epoch, scenes, run.seed)
        run.save(epoch + 1, trainer.save, suffix=".npz")
        side_px = trainer.course.sides_px[epoch]
        run.log(epoch=epoch + 1, side_px=side_px, **found, **judge(side_px))
