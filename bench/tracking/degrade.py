"""Truth made as bad as a model would see it: noise, misses and doubles at three stated levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge.types import FloatArray

Level: TypeAlias = Literal["low", "middle", "high"]


@dataclass(frozen=True, slots=True)
class Degradation:
    """How much of what.

    ``noise_torsos``: standard deviation of each keypoint; ``jumps``: the share of keypoints that are found somewhere
    on the body instead; ``misses``: the share of people not reported in a frame, ``hidden_misses`` of people of whom
    less than half is visible; ``doubles``: the share of people reported twice, the second time with twice the noise.
    """

    noise_torsos: float
    jumps: float
    misses: float
    hidden_misses: float
    doubles: float


LEVELS: dict[Level, Degradation] = {
    "low": Degradation(noise_torsos=0.03, jumps=0.01, misses=0.02, hidden_misses=0.5, doubles=0.01),
    "middle": Degradation(noise_torsos=0.06, jumps=0.03, misses=0.05, hidden_misses=0.8, doubles=0.03),
    "high": Degradation(noise_torsos=0.10, jumps=0.06, misses=0.10, hidden_misses=0.95, doubles=0.08),
}


def degraded(
    people: Sequence[NDArray[np.float64]], level: Degradation, rng: np.random.Generator
) -> list[tuple[int, FloatArray]]:
    """What is reported of ``people``, each ``(17, 3)`` y, x in pixels and visibility; best first.

    Each report is the number of the person in ``people`` and ``(17, 3) float32`` y, x in pixels, score.
    """
    found: list[tuple[int, FloatArray]] = []
    for number, person in enumerate(people):
        visible = person[:, 2] == 2
        inside = person[:, 2] > 0
        chance = level.misses if visible.sum() >= 9 else level.hidden_misses
        if not inside.any() or visible.sum() < 3 or rng.random() < chance:
            continue
        found.append((number, _report(person, level.noise_torsos, level.jumps, rng)))
        if rng.random() < level.doubles:
            found.append((number, _report(person, 2 * level.noise_torsos, level.jumps, rng)))
    return sorted(found, key=lambda report: -float(report[1][:, 2].mean()))


def _report(person: NDArray[np.float64], noise: float, jumps: float, rng: np.random.Generator) -> FloatArray:
    torso = float(np.linalg.norm(person[[5, 6], :2].mean(axis=0) - person[[11, 12], :2].mean(axis=0)))
    size = max(torso, 0.25 * float(np.ptp(person[:, 0])), 4.0)
    report = np.empty((17, 3), np.float32)
    report[:, :2] = person[:, :2] + rng.normal(0, noise * size, (17, 2))
    elsewhere = rng.random(17) < jumps
    report[elsewhere, :2] = person[rng.integers(0, 17, int(elsewhere.sum())), :2]
    sure = np.choose(person[:, 2].astype(int), (0.05, 0.3, 0.75))
    report[:, 2] = np.clip(sure + rng.normal(0, 0.1, 17), 0.01, 1)
    return report
