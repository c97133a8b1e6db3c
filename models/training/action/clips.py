"""Clips to learn from: random scenes, looked at a few times a second and kept on disk."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import cv2
import numpy as np

from edge.scene.generate import CLIP_S, random_scene
from edge.scene.truth import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from edge.scene.truth import SceneTruth

Bytes: TypeAlias = "NDArray[np.uint8]"
Labels: TypeAlias = "NDArray[np.int8]"
Points: TypeAlias = "NDArray[np.float32]"

SIDE_PX = 172
FRAMES = 16
UNKNOWN = -1
"""The label of a frame in which nobody is seen."""
_RATES_HZ = (4.0, 8.0)
_SCENE_SIZE = (320, 240)
_PASSING = frozenset({"fall", "get_up", "sit_down", "stand_up"})
"""What is over before the scene is: seen from its beginning."""


@dataclass(frozen=True, slots=True)
class Clips:
    """Pictures of clips, and what is true of each frame.

    ``images`` is ``(n, FRAMES, SIDE_PX, SIDE_PX, 3) uint8`` RGB, ``labels`` ``(n, FRAMES) int8``, an index of
    ``ACTIONS`` or ``UNKNOWN``, ``points`` ``(n, FRAMES, 17, 3) float32``: y, x (normalised) and visibility.
    """

    images: Bytes
    labels: Labels
    points: Points

    def first(self, count: int) -> Clips:
        """The first ``count`` of them."""
        return Clips(self.images[:count], self.labels[:count], self.points[:count])


def look_times_s(rng: np.random.Generator, *, from_the_start: bool) -> NDArray[np.float64]:
    """``(FRAMES,) float64``: when a camera of 4 to 8 frames a second, not quite even, looks at a scene."""
    steps_s = 1 / rng.uniform(*_RATES_HZ) * rng.uniform(0.8, 1.2, FRAMES)
    long_s = float(steps_s.sum())
    start_s = rng.uniform(0, 1.0 if from_the_start else max(0.0, CLIP_S - long_s))
    times_s: NDArray[np.float64] = np.minimum(start_s + np.cumsum(steps_s) - steps_s[0], CLIP_S - 0.01)
    return times_s


def label_of(truth: SceneTruth) -> int:
    """The index of what the only person does."""
    return ACTIONS.index(truth.people[0].action) if truth.people else UNKNOWN


def render_clip(seed: int) -> tuple[Bytes, Labels, Points]:
    """One clip, as in :class:`Clips`, stretched to the model's input as ``edge.tasks.action.movinet`` does."""
    cv2.setNumThreads(1)
    scene = random_scene(np.random.default_rng(seed), "action", size=_SCENE_SIZE)
    rng = np.random.default_rng((seed, 1))
    images = np.empty((FRAMES, SIDE_PX, SIDE_PX, 3), np.uint8)
    labels = np.full(FRAMES, UNKNOWN, np.int8)
    points = np.zeros((FRAMES, 17, 3), np.float32)
    passes = any(step.action in _PASSING for step in scene.plan.actors[0].steps)
    for index, time_s in enumerate(look_times_s(rng, from_the_start=passes)):
        image, truth = scene.render(float(time_s))
        cv2.resize(image, (SIDE_PX, SIDE_PX), dst=images[index], interpolation=cv2.INTER_LINEAR)
        labels[index] = label_of(truth)
        if truth.people:
            points[index] = truth.people[0].keypoints
    return images, labels, points


def render_clips(folder: Path, seeds: range, processes: int) -> Clips:
    """Render a clip of each seed into ``folder`` unless it is there, and open them; the pictures stay on disk."""
    ready = folder / "ready"
    if not ready.exists() or ready.read_text() != str(seeds):
        folder.mkdir(parents=True, exist_ok=True)
        ready.unlink(missing_ok=True)
        clips = _open(folder, len(seeds), "w+")
        for row, (images, labels, points) in enumerate(_rendered(seeds, processes)):
            clips.images[row], clips.labels[row], clips.points[row] = images, labels, points
        ready.write_text(str(seeds))
    return _open(folder, len(seeds), "r")


def _rendered(seeds: range, processes: int) -> Iterator[tuple[Bytes, Labels, Points]]:
    if processes == 1:
        yield from map(render_clip, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(render_clip, seeds, chunksize=4)


def _open(folder: Path, count: int, mode: Literal["r", "w+"]) -> Clips:
    def array(name: str, dtype: type, *shape: int) -> Any:
        return np.memmap(folder / f"{name}.raw", dtype, mode, shape=(count, FRAMES, *shape))

    return Clips(
        images=array("images", np.uint8, SIDE_PX, SIDE_PX, 3),
        labels=array("labels", np.int8),
        points=array("points", np.float32, 17, 3),
    )
