"""The tracker on ground truth: steadiness, lag, identities, labels, cost.

    python -m bench.tracking [PART…] [--model FILE] [--seeds N] [--plots FOLDER]

Parts: steadiness, trade, real, identities, labels, arms, cost; all where none is named. Clips are drawn once into
build/tracking. Figures are of the seeds for judging, which nothing is tuned on.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
from rich.console import Console

from bench.seeds import TRACKING_JUDGING
from bench.tracking import report
from bench.tracking.clips import MOVING, STILL, scene_clip, scene_clips
from bench.tracking.loop import run
from bench.tracking.methods import Ours, Raw, Tfjs
from bench.tracking.plots import Line, plot
from bench.tracking.rates import RATES
from bench.tracking.real_clips import DATA
from edge.runtime.interpreter import TfliteModel
from edge.tasks.pose.movenet import MoveNet

if TYPE_CHECKING:
    from collections.abc import Sequence


STARTER = Path("models/starter/starter-pose.tflite")
LIGHTNING = DATA / "models/movenet/movenet_single_pose_lightning_ptq.tflite"
PARTS = ("steadiness", "trade", "real", "identities", "labels", "arms", "cost")
CROWDS, NOISES, FLICKERS = 8, 4, 10


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--model", type=Path, default=STARTER, help="the pose model on the scene")
    parser.add_argument("--seeds", type=int, default=4, help="clips of each kind")
    parser.add_argument("--plots", type=Path, help="also write plots into this folder")
    arguments = parser.parse_args()
    parts = set(arguments.parts or PARTS)
    if unknown := parts - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
    cv2.setNumThreads(1)
    console = Console(width=150)
    console.print(f"model on the scene: {arguments.model}")
    measure(console, parts, arguments.model, TRACKING_JUDGING[: arguments.seeds], arguments.plots)


def measure(console: Console, parts: set[str], model: Path, seeds: Sequence[int], plots: Path | None) -> None:
    """Print the parts that are asked for."""
    if parts & {"steadiness", "trade", "arms"}:
        task, clips = MoveNet(model, TfliteModel), scene_clips((*STILL, *MOVING), seeds)
        if "steadiness" in parts:
            report.steadiness(console, clips, task, RATES)
        if "trade" in parts:
            found = report.trade(clips, task, "30")
            report.show_trade(console, found, "30")
            if plots:
                plot_trade(plots / "tracking-trade.png", found)
                plot_wave(plots / "tracking-wave.png", task, seeds[0])
        if "arms" in parts:
            report.raised_arms(console, clips)
    if "real" in parts:
        report.real(console, MoveNet(LIGHTNING, TfliteModel))
    if "identities" in parts:
        report.identities(console, TRACKING_JUDGING[:CROWDS], NOISES)
        report.shapes(console, TRACKING_JUDGING[:CROWDS], NOISES)
    if "labels" in parts:
        report.labels(console, TRACKING_JUDGING[:FLICKERS])
    if "cost" in parts:
        report.costs(console, scene_clip("walk", seeds[0]), MoveNet(LIGHTNING, TfliteModel))


def plot_trade(path: Path, found: dict[str, list[tuple[float, float]]]) -> None:
    """Jitter over lag of each filter."""
    lines = [
        Line(name, [lag for lag, _ in points], [jitter for _, jitter in points], dots=True, joined=len(points) > 1)
        for name, points in found.items()
    ]
    plot(path, "Jitter of still people over lag on moving ones, 30 fps", "lag, ms", "jitter, torsos", lines)


def plot_wave(path: Path, task: MoveNet, seed: int) -> None:
    """The height of a hand that waves, as it is and as it is told."""
    clip = scene_clip("wave", seed)
    joint = int(clip.truth[:, 9:11].var(axis=0).sum(axis=1).argmax()) + 9
    frames = slice(30, 105)
    times_s = clip.times_s[frames].tolist()
    lines = [Line("truth", times_s, clip.truth[frames, joint, 1].tolist())]
    for name, make in (("raw", Raw), ("tfjs", Tfjs), ("ours", Ours)):
        lines.append(Line(name, times_s, run(clip, task, make()).path[frames, joint, 1].tolist()))
    plot(path, "A waving wrist, 30 fps", "seconds", "x, pixels", lines)


if __name__ == "__main__":
    main()
