"""Train the starter model that tells what somebody does: from nothing to a file that the appliance can use.

    python -m models.training.action [--output build/training/action] [--smoke] [--resume] [--threads N]

It renders clips, trains, checks that the stream gives what training saw, writes float.tflite and int8.tflite into the
output folder and measures both on scenes to choose by. ``python -m bench.starter.action`` then judges.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from bench.seeds import TRAINING, VALIDATION
from bench.starter.action import Answer, share_at_end, share_of_frames, watch
from edge.runtime.interpreter import TfliteModel
from edge.scene.truth import ACTIONS
from edge.tasks.action.movinet import MoViNet
from models.training.action.clips import SIDE_PX, Clips, render_clips
from models.training.action.network import ActionNetwork, clip_model
from models.training.action.stream import calibration, largest_difference, step_function
from models.training.action.train import Plan, Stage, Trainer
from models.training.common.command import read_options
from models.training.common.convert import to_float, to_int8
from models.training.common.metadata import add_metadata
from models.training.common.run import Run, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from models.training.common.command import Options

SEED = 1
NAME = "Edge starter action"
DESCRIPTION = (
    "Tells 13 actions of one person. A small stream network of the design of MoViNet-A0-stream, trained by the Edge "
    "project on drawn people only. Feed it about 5 frames a second; states go back in under their names."
)
MOST_DIFFERENCE = 1e-3
"""Between the logits of training and those of the stream; the arithmetic is the same but for its order."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How much of everything: clips to learn from, to choose by and to take ranges from; scenes to measure with."""

    plan: Plan
    training: int
    validation: int
    calibration: int
    measured: int


FULL = Recipe(
    Plan(
        (
            Stage(side_px=96, frames=6, windows=12, epochs=10, clips=2000),
            Stage(side_px=128, frames=10, windows=8, epochs=6, clips=3200, settled=4),
            Stage(side_px=SIDE_PX, frames=12, windows=6, epochs=4, clips=3200, settled=4),
        ),
        steps_per_epoch=250,
    ),
    training=3200,
    validation=240,
    calibration=26,
    measured=130,
)
SMOKE = Recipe(
    Plan((Stage(64, 4, 2, epochs=2, clips=6),), steps_per_epoch=2),
    training=6,
    validation=4,
    calibration=1,
    measured=1,
)


def main() -> None:
    """Run the recipe."""
    options = read_options("action", __doc__ or "")
    cv2.setNumThreads(1)
    prepare(SEED, options.threads)
    recipe = SMOKE if options.smoke else FULL
    training = render_clips(options.output / "training", TRAINING[: recipe.training], options.threads)
    validation = render_clips(options.output / "validation", VALIDATION[: recipe.validation], options.threads)
    run = Run(options.output, SEED, resume=options.resume)
    network = learn(recipe, training, validation, run)
    files = convert(network, training, recipe, options)
    evaluate(files, recipe, options.output)


def learn(recipe: Recipe, training: Clips, validation: Clips, run: Run) -> ActionNetwork:
    """Train, from the last checkpoint of the run if it has one."""
    network = ActionNetwork(len(ACTIONS))
    trainer = Trainer(network, recipe.plan)
    latest = run.latest()
    if latest:
        trainer.load(latest[1])
    trainer.fit(training, validation, run, done=latest[0] if latest else 0)
    return network


def convert(network: ActionNetwork, training: Clips, recipe: Recipe, options: Options) -> tuple[Path, Path]:
    """Write the float and the 8-bit model; the stream must give what the training graph gives.

    Raises:
        AssertionError: it does not.
    """
    step = step_function(network, SIDE_PX)
    clips = list(_float_clips(training, recipe.calibration))
    model = clip_model(network, SIDE_PX, len(clips[0]))
    difference = max(largest_difference(model, step, network, clip) for clip in clips[:4])
    print(f"largest difference between the logits of clip and stream: {difference:.1e}")
    if difference > MOST_DIFFERENCE:
        raise AssertionError(f"the stream differs from the network that was trained by {difference:.1e}")
    contents = (
        to_float(step),
        to_int8(step, calibration(step, network, clips, every=3), inputs="float32", outputs="float32"),
    )
    paths = options.output / "float.tflite", options.output / "int8.tflite"
    for path, content in zip(paths, contents, strict=True):
        described = add_metadata(content, name=NAME, description=DESCRIPTION, labels=ACTIONS, mean=0.0, std=255.0)
        path.write_bytes(described)
    return paths


def evaluate(files: Sequence[Path], recipe: Recipe, output: Path) -> None:
    """Measure on scenes to choose by, and write ``evaluation.json``."""
    tasks = [MoViNet(path, TfliteModel) for path in files]
    # Other scenes than those whose accuracy was logged while training.
    seeds = VALIDATION[recipe.validation : recipe.validation + recipe.measured]
    columns = list(zip(*(watch(tasks, seed) for seed in seeds), strict=True))
    found = {path.name: _figures(answers) for path, answers in zip(files, columns, strict=True)}
    for name, figures in found.items():
        print(name, " ".join(f"{key}={value:.3f}" for key, value in figures.items()))
    (output / "evaluation.json").write_text(json.dumps({"plan": asdict(recipe.plan), "found": found}, indent=2))


def _figures(answers: Sequence[Answer]) -> dict[str, float]:
    return {
        "top_1": float(np.mean([answer.is_right for answer in answers])),
        "after_6_s": share_at_end(answers),
        "frames": share_of_frames(answers),
    }


def _float_clips(clips: Clips, count: int) -> Iterator[NDArray[np.float32]]:
    for index in range(count):
        yield clips.images[index].astype(np.float32) / np.float32(255)


if __name__ == "__main__":
    main()
