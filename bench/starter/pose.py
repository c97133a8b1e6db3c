"""The starter pose model: how near its keypoints come to the truth, and what an inference takes.

Mean OKS over drawn people that no training has seen and, where the test data is (EDGE_TEST_DATA, else ../shared), over
the people of COCO photographs, with the real MoveNet Lightning int8 beside it. Everybody is shown in the square of 1.25
times their box. Times are medians on one thread, the models taking turns.

    python -m bench.starter.pose [--model PATH] [--float PATH] [--pictures N]
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import dataclass, field
from pathlib import Path

import cv2
from rich.console import Console
from rich.table import Table

from bench.starter.people import SHARED, Case, drawn_people, photographed_people, similarity
from edge.runtime.interpreter import TfliteModel
from edge.tasks.common.look import Look
from edge.tasks.pose.movenet import MoveNet
from edge.types import Frame

STARTER = Path(__file__).parents[2] / "models/starter/starter-pose.tflite"
MOVENET = SHARED / "models/movenet/movenet_single_pose_lightning_ptq.tflite"
_TURNS = 200


@dataclass(slots=True)
class Row:
    """One model and what was measured of it."""

    name: str
    task: MoveNet
    scene: list[float] = field(default_factory=list)
    coco: list[float] = field(default_factory=list)
    times_ms: list[float] = field(default_factory=list)

    def cells(self) -> tuple[str, str, str, str]:
        """The row of the table."""
        return self.name, _mean(self.scene), _mean(self.coco), f"{statistics.median(self.times_ms):.2f}"


def measure(models: dict[str, Path], pictures: int) -> list[Row]:
    """Show the same people to each model.

    Raises:
        ModelError: a model is missing or cannot be run.
    """
    rows = [Row(name, MoveNet(path, TfliteModel)) for name, path in models.items()]
    last: Case | None = None
    for case in drawn_people(pictures):
        last = case
        for row in rows:
            row.scene.append(similarity(row.task, case))
    for case in photographed_people():
        for row in rows:
            row.coco.append(similarity(row.task, case))
    if last:
        _time(rows, last)
    return rows


def _time(rows: list[Row], case: Case) -> None:
    frame = Frame(0, case.image, 0, 0)
    for _ in range(_TURNS):
        for row in rows:
            row.times_ms.append(row.task.observe(frame, Look()).inference_ms)


def _mean(values: list[float]) -> str:
    return f"{statistics.fmean(values):.3f}" if values else "-"


def show(console: Console, rows: list[Row]) -> None:
    """Print the table."""
    first = rows[0]
    table = Table(title=f"mean OKS: {len(first.scene)} drawn people, {len(first.coco)} people of COCO")
    for column in ("model", "scene", "COCO", "invoke ms"):
        table.add_column(column, justify="left" if column == "model" else "right")
    for row in rows:
        table.add_row(*row.cells())
    console.print(table)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=STARTER, help="the int8 model")
    parser.add_argument("--float", type=Path, help="the same in float32, to compare")
    parser.add_argument("--pictures", type=int, default=600, help="drawn people to look at")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    models = {"starter, int8": arguments.model}
    if arguments.float:
        models["starter, float32"] = arguments.float
    if MOVENET.exists():
        models["MoveNet Lightning, int8"] = MOVENET
    show(Console(), measure(models, arguments.pictures))


if __name__ == "__main__":
    main()
