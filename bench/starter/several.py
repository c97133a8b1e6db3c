"""How many of several people a model finds in the whole picture, and how well: rooms of the built-in scene.

Of those with at least 3 visible keypoints: *recall*, the share found with OKS of at least 0.5; *OKS*, their mean, 0 for
who is not found; *others*, people reported beside those found so, in each picture. Reported is whom the appliance would
show: a mean keypoint score of at least 0.2. A report is of one person only, the most alike first. Times are medians on
one thread, the models taking turns.

    python -m bench.starter.several [--model PATH ...] [--scenes N] [--validation]
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from bench.seeds import JUDGING, VALIDATION
from bench.starter.crowds import SIZE, crowds
from bench.starter.people import SHARED
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.pose.movenet import MoveNet
from edge.tracking.geometry import oks
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.starter.crowds import Crowd, Somebody
    from edge.types import FloatArray

COUNTS = 0, 1, 2, 3, 5
STARTERS = [Path(f"models/starter/starter-{name}.tflite") for name in ("pose", "multipose")]
MULTIPOSE = SHARED / "models/movenet/movenet_multipose_lightning_dyn_f16.tflite"
_REPORTED_FROM = 0.2
_FOUND_FROM = 0.5


@dataclass(slots=True)
class Score:
    """``similarities`` of everybody there is; ``others`` is how many were reported beside those found."""

    similarities: list[float] = field(default_factory=list)
    others: int = 0
    pictures: int = 0
    times_ms: list[float] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The share of people who were found."""
        return float(np.mean([similar >= _FOUND_FROM for similar in self.similarities]))

    def take(self, crowd: Crowd, people: FloatArray, time_ms: float) -> None:
        """Count what was found, ``(n, 17, 3)`` normalised, in one picture."""
        reported = [person for person in people if person[:, 2].mean() >= _REPORTED_FROM]
        similarities = best_of_each(crowd, reported)
        self.similarities += similarities
        self.others += len(reported) - sum(similar >= _FOUND_FROM for similar in similarities)
        self.pictures += 1
        self.times_ms.append(time_ms)

    def cells(self) -> tuple[str, str, str]:
        """Recall, mean OKS, others a picture."""
        others = f"{self.others / self.pictures:.2f}"
        if not self.similarities:
            return "", "", others
        return f"{self.recall:.3f}", f"{statistics.fmean(self.similarities):.3f}", others


def best_of_each(crowd: Crowd, reported: Sequence[FloatArray]) -> list[float]:
    """The OKS of everybody there with the report that is theirs; 0 without one."""
    alike = np.array([[_similarity(one, found) for found in reported] for one in crowd.people], np.float32)
    best = [0.0] * len(crowd.people)
    while alike.size and alike.max() > 0:
        person, report = np.unravel_index(int(alike.argmax()), alike.shape)
        best[person] = float(alike[person, report])
        alike[person], alike[:, report] = 0, 0
    return best


def _similarity(person: Somebody, found: FloatArray) -> float:
    """OKS over the keypoints in the picture, hidden ones too, whatever the scores."""
    pixels = found * np.array((SIZE[1], SIZE[0], 1), np.float32)
    pixels[:, 2] = 1
    return oks(person.keypoints, pixels, person.area_px, min_score=1)


def judge(models: Sequence[Path], pictures: Iterable[Crowd]) -> list[Score]:
    """Show the same whole pictures to each model.

    Raises:
        ModelError: a model is missing or cannot be run.
    """
    tasks, scores = [MoveNet(path, TfliteModel) for path in models], [Score() for _ in models]
    for crowd in pictures:
        for task, score in zip(tasks, scores, strict=True):
            found = task.observe(Frame(0, crowd.image, 0, 0), Look())
            score.take(crowd, found.values, found.inference_ms)
    return scores


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = [*STARTERS, *([MULTIPOSE] if MULTIPOSE.exists() else [])]
    parser.add_argument("--model", type=Path, nargs="+", default=default, help="files to measure on the same pictures")
    parser.add_argument("--scenes", type=int, default=50, help="rooms for each number of people, each seen twice (50)")
    parser.add_argument("--validation", action="store_true", help="scenes to choose by, not those to judge by")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    seeds = (VALIDATION if arguments.validation else JUDGING)[: arguments.scenes]
    table = Table("people", "model", "recall", "OKS", "others", "invoke ms")
    for count in COUNTS:
        for path, score in zip(arguments.model, judge(arguments.model, crowds(seeds, count)), strict=True):
            table.add_row(str(count), path.stem, *score.cells(), f"{statistics.median(score.times_ms):.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
