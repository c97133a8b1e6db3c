"""Several people: how well a pose task finds and follows them, and what that costs.

    python -m bench.people stills [--model FILE]…
    python -m bench.people stream [--model FILE]… [--people N]… [--seconds S] [--seeds N] [--run-ms MS]

*stills*: whole pictures, each for itself, ``max_people`` 6: the COCO photographs in EDGE_TEST_DATA (else ../shared) and
their people of whom at least 8 keypoints are known, the same people side by side, and drawn rooms. *stream*: people who
come, move about, leave and come back in the built-in scene, 30 frames a second of simulated time; somebody is there
while 8 keypoints are visible. With ``--run-ms`` each run of a model takes so long of that time, and frames are dropped;
without it there is time for all. ``--json FILE`` writes the figures of either, too.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, astuple, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from bench.people.counted import CountedPose, chosen
from bench.people.gathering import stored_gathering
from bench.people.stills import StillFigures, judge_stills, photographs, rooms, rows
from bench.people.stream import StreamFigures, Watch, judge_stream
from bench.seeds import TRACKING_JUDGING
from bench.starter.people import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.tasks.common.model_choice import ChosenModel

MOVENET, BLAZEPOSE, STARTER = SHARED / "models/movenet", SHARED / "models/mediapipe", Path("models/starter")
LIGHTNING = MOVENET / "movenet_single_pose_lightning_ptq.tflite"
MULTIPOSE = MOVENET / "movenet_multipose_lightning_dyn_f16.tflite"
STARTERS = STARTER / "starter-pose.tflite", STARTER / "starter-multipose.tflite"
FOR_STILLS = LIGHTNING, MOVENET / "movenet_singlepose_thunder_int8.tflite", MULTIPOSE, *STARTERS
FOR_STREAMS = LIGHTNING, MULTIPOSE, *STARTERS
_LANDMARKS, _DETECTOR = BLAZEPOSE / "pose_landmark_full.tflite", BLAZEPOSE / "pose_detection.tflite"


@dataclass(frozen=True, slots=True)
class Scenes:
    """The streams: with how many people, how long, which, and what a run of a model takes (None: no time)."""

    counts: list[int]
    seconds: float
    seeds: range
    run_ms: float | None


def stills(models: Iterable[ChosenModel], table: Table) -> list[dict[str, object]]:
    """Every model on every kind of pictures."""
    kinds = {"photographs": list(photographs()), "rows": list(rows()), "rooms": list(rooms())}
    found = []
    for model in models:
        task = CountedPose(model, still=True)
        for kind, pictures in kinds.items():
            figures = judge_stills(task, pictures)
            table.add_row(model.name, kind, *_cells(figures))
            found.append({"model": model.name, "pictures_of": kind, **asdict(figures)})
    return found


def stream(models: list[ChosenModel], scenes: Scenes, table: Table) -> list[dict[str, object]]:
    """Every model with each number of people; figures are those of all seeds together."""
    found, run_ms = [], scenes.run_ms
    for count in scenes.counts:
        by_seed = [
            judge_stream(
                [Watch(CountedPose(model, still=False, run_ms=run_ms), run_ms or 0.0) for model in models],
                stored_gathering(seed, count, scenes.seconds),
            )
            for seed in scenes.seeds
        ]
        for model, parts in zip(models, zip(*by_seed, strict=True), strict=True):
            figures = together(parts)
            table.add_row(model.name, str(count), *_cells(figures))
            found.append({"model": model.name, "people": count, **asdict(figures)})
    return found


def together(parts: tuple[StreamFigures, ...]) -> StreamFigures:
    """Counts are added, the longest wait is that of all, the rest is averaged."""
    means = {field.name: float(np.mean([getattr(one, field.name) for one in parts])) for field in fields(StreamFigures)}
    sums = {name: sum(getattr(one, name) for one in parts) for name in ("switches", "fragments", "newcomers", "missed")}
    return replace(parts[0], **{**means, **sums, "longest_wait_s": max(one.longest_wait_s for one in parts)})


def _cells(figures: StillFigures | StreamFigures) -> list[str]:
    return [f"{value:.3f}" if isinstance(value, float) else str(value) for value in astuple(figures)]


def _models(files: list[Path] | None, usual: tuple[Path, ...]) -> list[ChosenModel]:
    return [chosen(path) for path in files or usual if path.is_file()]


def _headings(kind: type[StillFigures | StreamFigures]) -> list[str]:
    return [field.name.replace("_", " ") for field in fields(kind)]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("stills", "stream"))
    parser.add_argument("--model", type=Path, action="append", help="a pose model; several times for several")
    parser.add_argument("--people", type=int, action="append", choices=range(1, 6), help="in the stream (2, 3, 5)")
    parser.add_argument("--seconds", type=float, default=60, help="of each stream (60)")
    parser.add_argument("--seeds", type=int, default=2, help="streams with each number of people (2)")
    parser.add_argument("--run-ms", type=float, help="what each run of a model takes of the stream's time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    if arguments.part == "stills":
        table = Table("model", "pictures of", *_headings(StillFigures))
        blazepose = [chosen(_LANDMARKS, _DETECTOR)] if _DETECTOR.is_file() and not arguments.model else []
        found = stills([*_models(arguments.model, FOR_STILLS), *blazepose], table)
    else:
        table = Table("model", "people", *_headings(StreamFigures))
        seeds = TRACKING_JUDGING[: arguments.seeds]
        scenes = Scenes(arguments.people or [2, 3, 5], arguments.seconds, seeds, arguments.run_ms)
        found = stream(_models(arguments.model, FOR_STREAMS), scenes, table)
    Console(width=170).print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
