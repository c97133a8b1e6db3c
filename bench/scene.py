"""The built-in scene: how fast it is drawn, and how human its people look to the real MoveNet.

Frames a second are those of one core, for each named scene. The similarity is the mean OKS between what MoveNet
Lightning int8 finds in pictures of a single person and the truth, over the keypoints inside the frame: in the whole
frame, and in a crop of 1.25 times the person's box.

    python -m bench.scene [--frames N] [--seeds N] [--size WIDTHxHEIGHT]
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from edge.runtime.interpreter import TfliteModel
from edge.scene.catalog import scene_names
from edge.scene.generate import random_scene
from edge.scene.scene import Scene
from edge.scene.truth import ACTIONS, Visibility
from edge.tasks.common.look import Look
from edge.tasks.pose.movenet import MoveNet
from edge.tracking.geometry import oks
from edge.types import Box, Frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.scene.truth import Action, PersonTruth, SceneTruth
    from edge.types import ImageArray

MODEL = Path(os.environ.get("EDGE_TEST_DATA", "../shared")) / "models/movenet/movenet_single_pose_lightning_ptq.tflite"
SCENES_OF_ONE = ("tour", "living-room", "walk", "gym", "fall")
FLESH_IN_BOX = 0.53
"""The share of a box that a person's outline fills, on average over COCO."""
MARGIN = 1.25
EVERY_S = 0.73


@dataclass(frozen=True, slots=True)
class Likeness:
    """One picture: what the person does and how near MoveNet came, in the whole frame and in a crop."""

    action: Action
    whole: float
    cropped: float


def frame_rate_hz(name: str, frames: int, size: tuple[int, int]) -> float:
    """Frames a second of a scene over one turn, on one core."""
    scene = Scene(1, name, size)
    times_s = [index * scene.period_s / frames for index in range(frames)]
    begin_s = time.perf_counter()
    for time_s in times_s:
        scene.render(time_s)
    return frames / (time.perf_counter() - begin_s)


def random_rates_hz(frames: int) -> tuple[float, float]:
    """Random scenes for pose a second at 192x192, and frames a second of them."""
    rng = np.random.default_rng(1)
    begin_s = time.perf_counter()
    scenes = [random_scene(rng, "pose") for _ in range(frames // 4)]
    built_s = time.perf_counter()
    for scene in scenes:
        for quarter in range(4):
            scene.render(quarter * scene.period_s / 4)
    return len(scenes) / (built_s - begin_s), 4 * len(scenes) / (time.perf_counter() - built_s)


def likenesses(seeds: int, size: tuple[int, int]) -> Iterator[Likeness]:
    """Look at single people through MoveNet."""
    task = MoveNet(MODEL, TfliteModel)
    for seed in range(seeds):
        name = SCENES_OF_ONE[seed % len(SCENES_OF_ONE)]
        scene = Scene(1000 + seed, name, size)
        for step in range(int(scene.period_s / EVERY_S)):
            image, truth = scene.render(step * EVERY_S)
            person = _whole_person(truth)
            if person:
                frame = Frame(step, image, 0, 0)
                whole = _similarity(task, frame, person, None)
                yield Likeness(person.action, whole, _similarity(task, frame, person, _crop(person.box, image)))


def _whole_person(truth: SceneTruth) -> PersonTruth | None:
    if truth.scene_class not in {"one_person", "person_on_floor"} or len(truth.people) != 1:
        return None
    person = truth.people[0]
    return person if (person.keypoints[:, 2] > Visibility.OUTSIDE).all() else None


def _similarity(task: MoveNet, frame: Frame, person: PersonTruth, crop: Box | None) -> float:
    scale = np.array((frame.height, frame.width, 1), np.float32)
    found = task.observe(frame, Look(crop)).values[0] * scale
    found[:, 2] = Visibility.VISIBLE
    area = person.box.width * frame.width * person.box.height * frame.height * FLESH_IN_BOX
    return oks(person.keypoints * scale, found, area, min_score=Visibility.OCCLUDED)


def _crop(box: Box, image: ImageArray) -> Box:
    height, width = image.shape[:2]
    side = MARGIN * max(box.width * width, box.height * height)
    x, y = (box.x + box.width / 2) * width - side / 2, (box.y + box.height / 2) * height - side / 2
    return Box(x / width, y / height, side / width, side / height)


def show_rates(console: Console, frames: int, size: tuple[int, int]) -> None:
    """Print how fast each scene is drawn."""
    table = Table(title=f"scenes at {size[0]}x{size[1]}, one core")
    table.add_column("scene")
    table.add_column("frames a second", justify="right")
    for name in scene_names():
        table.add_row(name, f"{frame_rate_hz(name, frames, size):.0f}")
    console.print(table)
    scenes_hz, frames_hz = random_rates_hz(frames)
    console.print(f"random scenes at 192x192: {scenes_hz:.0f} scenes a second, {frames_hz:.0f} frames a second")


def show_likeness(console: Console, seeds: int, size: tuple[int, int]) -> None:
    """Print how near MoveNet comes to the truth, by action."""
    found = list(likenesses(seeds, size))
    table = Table(title=f"MoveNet Lightning int8 against the truth: mean OKS of {len(found)} pictures")
    for column in ("action", "pictures", "whole frame", "crop"):
        table.add_column(column, justify="left" if column == "action" else "right")
    for action in (*ACTIONS, "all"):
        rows = [row for row in found if action in (row.action, "all")]
        if rows:
            whole, cropped = (
                statistics.fmean(values) for values in zip(*((r.whole, r.cropped) for r in rows), strict=True)
            )
            table.add_row(action, str(len(rows)), f"{whole:.3f}", f"{cropped:.3f}")
    console.print(table)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=120, help="frames drawn of each scene")
    parser.add_argument("--seeds", type=int, default=10, help="scenes shown to MoveNet; 0: none")
    parser.add_argument("--size", default="640x480", metavar="WIDTHxHEIGHT")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    cv2.setNumThreads(1)
    console = Console()
    show_rates(console, arguments.frames, (width, height))
    if arguments.seeds and MODEL.exists():
        show_likeness(console, arguments.seeds, (width, height))
    elif arguments.seeds:
        console.print(f"{MODEL} is missing: set EDGE_TEST_DATA to see how human the people look")


if __name__ == "__main__":
    main()
