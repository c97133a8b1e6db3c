"""Training: small pictures first, the full size in the last stretch; new pictures join while it goes on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from edge.scene.truth import SCENE_CLASSES
from models.training.classification.augment import plain, varied
from models.training.classification.labels import where_people_are
from models.training.classification.network import MEAN, STD, STRIDE_WHERE, trained_network

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.types import FloatArray
    from models.training.classification.pictures import Pictures, Renderer
    from models.training.common.run import Run

_WARM_UP_STEPS = 200
_SHARES = np.array((0.22, 0.24, 0.22, 0.20, 0.06, 0.06))
"""How often each class is shown: darkness and covers are learnt in no time, people take more."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """``steps`` batches of ``batch`` pictures of ``size_px``, out of the first ``chunks`` chunks."""

    size_px: int
    steps: int
    batch: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Course:
    """Epochs over which the learning rate rises to ``rate`` and falls again; the next course starts from there anew."""

    rate: float
    epochs: tuple[Epoch, ...]


def train(run: Run, courses: Sequence[Course], renderer: Renderer, checks: Pictures) -> Any:
    """Train from the last checkpoint on; the trained Keras model."""
    latest = run.latest()
    done = latest[0] if latest else 0
    model = keras.saving.load_model(latest[1]) if latest else trained_network(len(SCENE_CLASSES))
    number = 0
    for course in courses:
        if done <= number:
            _compile(model, course)
        for epoch in course.epochs:
            number += 1
            if number > done:
                _learn(run, number, model, epoch, renderer.first(epoch.chunks))
                run.log(epoch=number, size_px=epoch.size_px, accuracy=accuracy(model, checks, epoch.size_px))
    return model


def _learn(run: Run, number: int, model: Any, epoch: Epoch, pictures: Pictures) -> None:
    rng = np.random.default_rng([run.seed, number])
    losses = [model.train_on_batch(*batch, return_dict=True) for batch in _batches(rng, pictures, epoch)]
    run.save(number, model.save)
    # Keras averages since the last reset.
    run.log(epoch=number, size_px=epoch.size_px, pictures=len(pictures.labels), loss=float(losses[-1]["loss"]))
    model.reset_metrics()


def accuracy(model: Any, pictures: Pictures, size: int) -> float:
    """The share of whole pictures, stretched to ``size``, whose class is found."""
    images = np.stack([plain(image, size) for image in pictures.images])
    found = np.concatenate([_scene(model, images[start : start + 50]) for start in range(0, len(images), 50)])
    return float((found.argmax(axis=-1) == pictures.labels).mean())


def scaled(images: FloatArray) -> FloatArray:
    """Pixels 0..255 as the network takes them."""
    return np.asarray((images - MEAN) / STD, np.float32)


def _scene(model: Any, images: FloatArray) -> FloatArray:
    return np.asarray(model(scaled(images), training=False)["scene"], np.float32)


def _compile(model: Any, course: Course) -> None:
    steps = sum(epoch.steps for epoch in course.epochs)
    warm_up = max(1, min(_WARM_UP_STEPS, steps // 10))
    schedule = keras.optimizers.schedules.CosineDecay(
        course.rate / 20, max(1, steps - warm_up), alpha=0.01, warmup_target=course.rate, warmup_steps=warm_up
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.02)
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    scene = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.05)
    where = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss={"scene": scene, "where": where}, loss_weights={"scene": 1.0, "where": 2.0})


def _batches(
    rng: np.random.Generator, pictures: Pictures, epoch: Epoch
) -> Iterator[tuple[FloatArray, dict[str, FloatArray]]]:
    """Batches with the classes as often as they need, before the cuts."""
    by_class = [np.flatnonzero(pictures.labels == label) for label in range(len(SCENE_CLASSES))]
    shares = _SHARES * [len(members) > 0 for members in by_class]
    cells = math.ceil(epoch.size_px / STRIDE_WHERE)
    for _ in range(epoch.steps):
        labels = rng.choice(len(SCENE_CLASSES), epoch.batch, p=shares / shares.sum())
        chosen = [int(rng.choice(by_class[label])) for label in labels]
        examples = [varied(rng, pictures[index], epoch.size_px) for index in chosen]
        scene = np.eye(len(SCENE_CLASSES), dtype=np.float32)[[example.label for example in examples]]
        where = np.stack([where_people_are(e.label, e.people, e.on_floor, cells) for e in examples])
        yield scaled(np.stack([example.image for example in examples])), {"scene": scene, "where": where}
