"""How well the starter classification model does: on the built-in scene, on real photographs, and how fast it is.

Scenes are drawn from seeds that no training has seen, at 640x480, and reach the model as the appliance's frames do.
Photographs are those of COCO in the shared test data with annotated people; they have no other of the classes. The
time is that of ``invoke()`` with one thread, alternated with the real model's in one process.

    python -m bench.starter.classification [--model PATH ...] [--scenes N]
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from bench.seeds import JUDGING
from bench.starter.speed import invoke_ms
from edge.runtime.interpreter import TfliteModel
from edge.scene.generate import random_scene
from edge.scene.truth import SCENE_CLASSES
from edge.tasks.classification.classifier import Classifier
from edge.tasks.common.look import STRETCHED
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.types import ImageArray

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
STARTER = Path("models/starter/starter-classification.tflite")
REAL = DATA / "models/efficientnet_lite0/flowers5_tflclassify_int8.tflite"
PHOTOGRAPHS = DATA / "media/pose_coco"
SIZE = (640, 480)
MOMENTS_S = (1.5, 4.0)
_SEEN_FROM = 3


@dataclass(frozen=True, slots=True)
class Report:
    """``confusion[i][j]`` pictures of class i were called j, both in the order of ``classes``."""

    model: str
    classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]

    @property
    def pictures(self) -> int:
        """How many were judged."""
        return sum(map(sum, self.confusion))

    @property
    def top1(self) -> float:
        """The share that was called what it is."""
        return sum(row[index] for index, row in enumerate(self.confusion)) / self.pictures

    def recall(self, index: int) -> float:
        """The share of one class that was called so; NaN where there was none."""
        return self.confusion[index][index] / sum(self.confusion[index]) if any(self.confusion[index]) else float("nan")


def judge(models: Sequence[Path], seeds: range) -> list[Report]:
    """Show all models the same random scenes."""
    return _judge(models, _scenes(seeds))


def judge_photographs(models: Sequence[Path]) -> list[Report]:
    """Show all models the photographs of people, by the number of people with at least 3 visible keypoints."""
    return _judge(models, _photographs())


def _judge(models: Sequence[Path], pictures: Iterator[tuple[ImageArray, str]]) -> list[Report]:
    tasks = [Classifier(path, TfliteModel) for path in models]
    counts = np.zeros((len(tasks), len(SCENE_CLASSES), len(SCENE_CLASSES)), int)
    for image, truth in pictures:
        for task, count in zip(tasks, counts, strict=True):
            scores = task.observe(Frame(0, image, 0, 0), STRETCHED).values
            said = task.traits.category_names[int(scores.argmax())]
            count[SCENE_CLASSES.index(truth), SCENE_CLASSES.index(said)] += 1
    return [
        Report(path.name, SCENE_CLASSES, tuple(tuple(row) for row in count.tolist()))
        for path, count in zip(models, counts, strict=True)
    ]


def _scenes(seeds: range) -> Iterator[tuple[ImageArray, str]]:
    for seed in seeds:
        scene = random_scene(np.random.default_rng(seed), "classification", size=SIZE)
        for time_s in MOMENTS_S:
            image, truth = scene.render(time_s)
            yield image, truth.scene_class


def _photographs() -> Iterator[tuple[ImageArray, str]]:
    content = json.loads((PHOTOGRAPHS / "person_keypoints.json").read_text())
    for entry in content["images"]:
        people = [person for person in content["annotations"] if person["image_id"] == entry["id"]]
        seen = [person for person in people if sum(v == 2 for v in person["keypoints"][2::3]) >= _SEEN_FROM]
        pixels = cv2.imread(str(next(PHOTOGRAPHS.rglob(entry["file_name"]))))
        if seen:
            image = np.asarray(cv2.cvtColor(np.asarray(pixels), cv2.COLOR_BGR2RGB), np.uint8)
            yield image, "one_person" if len(seen) == 1 else "several_people"


def show(reports: Sequence[Report], title: str = "random scenes") -> None:
    """Print one table of all models, and the confusion of the first."""
    table = Table(title=f"{title}, {reports[0].pictures} pictures: share that is recognised")
    table.add_column("model")
    for name in ("top-1", *SCENE_CLASSES):
        table.add_column(name, justify="right")
    for report in reports:
        recalls = [f"{report.recall(index):.3f}" for index in range(len(SCENE_CLASSES))]
        table.add_row(report.model, f"{report.top1:.3f}", *recalls)
    confusion = Table(title=f"{reports[0].model}: what is true (rows), what was said (columns)")
    for name in ("", *SCENE_CLASSES):
        confusion.add_column(name, justify="right" if name else "left")
    for name, row in zip(SCENE_CLASSES, reports[0].confusion, strict=True):
        confusion.add_row(name, *map(str, row))
    console = Console(width=150)
    console.print(table)
    console.print(confusion)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--model", type=Path, nargs="+", default=[STARTER], help="models to compare, the main one first"
    )
    parser.add_argument("--scenes", type=int, default=300, help="random scenes, each looked at twice (300)")
    arguments = parser.parse_args()
    show(judge(arguments.model, JUDGING[: arguments.scenes]))
    if PHOTOGRAPHS.exists():
        show(judge_photographs(arguments.model), "photographs of people")
    if REAL.exists():
        own_ms, real_ms = invoke_ms([arguments.model[0], REAL])
        print(f"invoke(), one thread: {own_ms:.2f} ms; {REAL.name}: {real_ms:.2f} ms; ratio {own_ms / real_ms:.3f}")


if __name__ == "__main__":
    main()
