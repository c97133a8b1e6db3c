"""Training, from small pictures and short windows to large and long ones, with the keypoints as a second lesson."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from models.training.action.batches import plain_batches, random_batches
from models.training.action.network import clip_model

if TYPE_CHECKING:
    from pathlib import Path

    from models.training.action.clips import Clips
    from models.training.action.network import ActionNetwork
    from models.training.common.run import Run


@dataclass(frozen=True, slots=True)
class Stage:
    """Some epochs of batches of ``windows`` windows of ``frames`` frames, ``side_px`` high and wide.

    They are drawn from the first ``clips`` clips. The first ``settled`` blocks stay as they are: they look at the
    largest pictures, so they cost most of the time, and what they look for is soon learnt.
    """

    side_px: int
    frames: int
    windows: int
    epochs: int
    clips: int
    settled: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """All stages, with one learning rate that rises, then falls to zero along half a cosine over all of them."""

    stages: tuple[Stage, ...]
    steps_per_epoch: int
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    smoothing: float = 0.05
    points_weight: float = 0.2

    @property
    def epochs(self) -> int:
        """How many there are in all."""
        return sum(stage.epochs for stage in self.stages)


class Trainer:
    """Trains the layers of ``network``; what it changes is kept by :meth:`save` and comes back with :meth:`load`."""

    def __init__(self, network: ActionNetwork, plan: Plan) -> None:
        self._network, self._plan = network, plan
        self._models = [clip_model(network, stage.side_px, stage.frames, stage.settled) for stage in plan.stages]
        steps = plan.epochs * plan.steps_per_epoch
        warm_up = min(300, steps // 4)
        rate = keras.optimizers.schedules.CosineDecay(
            plan.learning_rate / 100, steps - warm_up, warmup_target=plan.learning_rate, warmup_steps=warm_up
        )
        self._optimizer = keras.optimizers.AdamW(rate, weight_decay=plan.weight_decay, clipnorm=1.0)
        self._optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias", "pace"])
        self._optimizer.build(self._models[0].trainable_variables)

    def fit(self, training: Clips, validation: Clips, run: Run, done: int = 0) -> None:
        """Train the epochs that are not ``done`` yet, with a line of the log and a checkpoint after each."""
        begin = 0
        for model, stage in zip(self._models, self._plan.stages, strict=True):
            end = begin + stage.epochs
            if done < end:
                step = self._step(model)
                for epoch in range(max(begin, done), end):
                    rng = np.random.default_rng((run.seed, epoch))
                    batches = random_batches(
                        training.first(stage.clips), stage.windows, stage.frames, stage.side_px, rng
                    )
                    found = [step(*_tensors(batch)) for batch in itertools.islice(batches, self._plan.steps_per_epoch)]
                    loss, right, seen = (float(value) for value in np.mean(found, axis=0))
                    accuracy = validation_accuracy(model, stage, validation)
                    run.save(epoch + 1, self.save, suffix=".npz")
                    run.log(
                        epoch=epoch + 1, side_px=stage.side_px, loss=loss, right=right, points=seen, validation=accuracy
                    )
            begin = end

    def save(self, path: Path) -> None:
        """Write weights and the state of the optimizer."""
        np.savez(path, *[variable.numpy() for variable in self._variables()])

    def load(self, path: Path) -> None:
        """Take over what :meth:`save` wrote."""
        with np.load(path) as kept:
            for variable, name in zip(self._variables(), kept.files, strict=True):
                variable.assign(kept[name])

    def _variables(self) -> list[Any]:
        return [*self._models[0].variables, *self._optimizer.variables]

    def _step(self, model: Any) -> Any:
        plan = self._plan

        def step(images: Any, labels: Any, weights: Any, cells: Any, offsets: Any) -> Any:
            with tf.GradientTape() as tape:
                logits, maps = model(images, training=True)
                action = action_loss(logits, labels, weights, plan.smoothing)
                points = points_loss(maps, cells, offsets)
                loss = action + plan.points_weight * points
            slopes = zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables, strict=True)
            self._optimizer.apply_gradients([pair for pair in slopes if pair[0] is not None])
            right = tf.cast(tf.argmax(logits, -1, tf.int32) == labels, tf.float32)
            return tf.stack([action, tf.reduce_mean(right * weights), points])

        return tf.function(step)


def action_loss(logits: Any, labels: Any, weights: Any, smoothing: float) -> Any:
    """The weighted mean cross-entropy of ``(n, classes)`` logits; a share ``smoothing`` is spread over all classes."""
    sharp = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
    spread = -tf.reduce_mean(tf.nn.log_softmax(logits), axis=-1)
    return tf.reduce_mean(weights * ((1 - smoothing) * sharp + smoothing * spread))


def points_loss(maps: Any, cells: Any, offsets: Any) -> Any:
    """How badly ``(n, h, w, 51)`` maps tell where keypoints are, as ``cells`` and ``offsets`` of a batch have it.

    The mean cross-entropy of the cell, each map a softmax over its cells, and the mean distance within the right cell.
    """
    _, height, width, count = maps.shape
    keypoints = count // 3
    rows = tf.transpose(tf.reshape(maps, (-1, height * width, count)), (0, 2, 1))
    known, there = tf.cast(cells >= 0, tf.float32), tf.maximum(cells, 0)
    cell = tf.nn.sparse_softmax_cross_entropy_with_logits(there, rows[:, :keypoints])
    down, right = (
        tf.abs(tf.gather(rows[:, begin : begin + keypoints], there, batch_dims=2) - offsets[..., axis])
        for axis, begin in enumerate((keypoints, 2 * keypoints))
    )
    return tf.reduce_sum((cell + down + right) * known) / (tf.reduce_sum(known) + 1e-6)


def validation_accuracy(model: Any, stage: Stage, clips: Clips) -> float:
    """The share of the clips whose last frame is put into its class."""
    right = []
    for batch in plain_batches(clips, stage.windows, stage.frames, stage.side_px):
        logits, _ = model(batch.images, training=False)
        last = slice(stage.frames - 1, None, stage.frames)
        right += (np.argmax(logits.numpy()[last], -1) == batch.labels[last])[batch.weights[last] > 0].tolist()
    return float(np.mean(right))


def _tensors(batch: Any) -> tuple[Any, ...]:
    return tuple(tf.constant(part) for part in (batch.images, batch.labels, batch.weights, batch.cells, batch.offsets))
