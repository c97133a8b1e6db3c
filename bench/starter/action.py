"""How well the starter model tells actions: random scenes that no recipe has seen, through the appliance's own task.

A clip is one random scene of one person and one action at 640x480, fed at 5 frames a second of media time from a
cleared state. It ends with the last frame of the action that the scene was drawn for: after 6 s for what goes on, as it
ends for sitting down, standing up, falling and getting up. The best category after that frame is the answer.

Beside it: the same clips to their end at 6 s, when who fell lies and who got up stands, and the share of all frames
from the third on whose best category is what the person does at that moment.

    python -m bench.starter.action [--model PATH ...] [--clips N] [--validation]
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table

from bench.seeds import JUDGING, VALIDATION
from edge.runtime.interpreter import TfliteModel
from edge.scene.generate import CLIP_S, random_scene
from edge.scene.truth import ACTIONS
from edge.tasks.action.movinet import MoViNet
from edge.tasks.common.look import STRETCHED
from edge.types import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from edge.scene.scene import Scene
    from edge.scene.truth import Action

MODEL = Path("models/starter/starter-action.tflite")
RATE_HZ = 5.0
SIZE = (640, 480)
FIRST_JUDGED = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """One clip: the drawn action, what was answered after its last frame, and frame by frame the truth and answers."""

    drawn: Action
    at_end_of_action: Action
    truth: tuple[Action | None, ...]
    answers: tuple[Action, ...]

    @property
    def is_right(self) -> bool:
        """Whether the answer was the drawn action."""
        return self.drawn == self.at_end_of_action


def drawn_action(scene: Scene) -> Action:
    """What a random action scene is about: the middle one of three steps, else the first."""
    steps = scene.plan.actors[0].steps
    return steps[1].action if len(steps) == 3 else steps[0].action


def watch(tasks: Sequence[MoViNet], seed: int) -> list[Answer]:
    """Show the scene of ``seed`` to each task."""
    scene = random_scene(np.random.default_rng(seed), "action", size=SIZE)
    drawn = drawn_action(scene)
    truth: list[Action | None] = []
    answers: list[list[Action]] = [[] for _ in tasks]
    for task in tasks:
        task.reset()
    for index in range(round(CLIP_S * RATE_HZ)):
        image, seen = scene.render(index / RATE_HZ)
        truth.append(seen.people[0].action if seen.people else None)
        frame = Frame(index, image, 0, 0)
        for task, given in zip(tasks, answers, strict=True):
            given.append(ACTIONS[int(task.observe(frame, STRETCHED).values.argmax())])
    last = max((index for index, action in enumerate(truth) if action == drawn), default=-1)
    return [Answer(drawn, given[last], tuple(truth), tuple(given)) for given in answers]


def share_at_end(answers: Iterable[Answer]) -> float:
    """The share of clips whose answer after 6 s is what the person does then."""
    return float(np.mean([answer.truth[-1] == answer.answers[-1] for answer in answers]))


def share_of_frames(answers: Iterable[Answer]) -> float:
    """The share of frames, from the third on, whose answer is what the person does, where one is seen."""
    rights = [
        truth == given
        for answer in answers
        for truth, given in list(zip(answer.truth, answer.answers, strict=True))[FIRST_JUDGED:]
        if truth is not None
    ]
    return float(np.mean(rights))


def show(console: Console, path: Path, answers: Sequence[Answer]) -> None:
    """Print one model's table."""
    table = Table(title=f"{path}: {len(answers)} clips")
    for column in ("action", "clips", "right", "taken for"):
        table.add_column(column, justify="right" if column in {"clips", "right"} else "left")
    for action in ACTIONS:
        of_action = [answer for answer in answers if answer.drawn == action]
        wrong = [answer.at_end_of_action for answer in of_action if not answer.is_right]
        taken = ", ".join(f"{other} {wrong.count(other)}" for other in sorted(set(wrong)))
        right = f"{np.mean([answer.is_right for answer in of_action]):.3f}" if of_action else "-"
        table.add_row(action, str(len(of_action)), right, taken)
    table.add_row("all", str(len(answers)), f"{np.mean([answer.is_right for answer in answers]):.3f}", "")
    console.print(table)
    console.print(f"after 6 s {share_at_end(answers):.3f}, all frames from the third on {share_of_frames(answers):.3f}")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, nargs="+", default=[MODEL], help="files to measure on the same clips")
    parser.add_argument("--clips", type=int, default=390, help="how many scenes (390)")
    parser.add_argument("--validation", action="store_true", help="scenes to choose by, not those to judge by")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    tasks = [MoViNet(path, TfliteModel) for path in arguments.model]
    seeds = (VALIDATION if arguments.validation else JUDGING)[: arguments.clips]
    columns = list(zip(*(watch(tasks, seed) for seed in seeds), strict=True))
    console = Console()
    for path, answers in zip(arguments.model, columns, strict=True):
        show(console, path, answers)


if __name__ == "__main__":
    main()
