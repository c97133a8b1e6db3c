"""The command line that every recipe has."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Options:
    """``threads`` is how many threads TensorFlow and how many processes the rendering may take."""

    output: Path
    smoke: bool
    resume: bool
    threads: int


def read_options(task: str, description: str, arguments: Sequence[str] | None = None) -> Options:
    """Read the command line of ``python -m models.training.<task>``; exits with a message where it is wrong."""
    parser = argparse.ArgumentParser(
        prog=f"python -m models.training.{task}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = Path("build/training")
    parser.add_argument("--output", type=Path, help=f"folder for data, checkpoints and results ({default / task})")
    parser.add_argument("--smoke", action="store_true", help="the whole recipe on a tiny setting, to see that it runs")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in the output folder")
    parser.add_argument("--threads", type=int, default=1, help="threads to train with, processes to render with (1)")
    read = parser.parse_args(arguments)
    if read.threads < 1:
        parser.error("--threads must be at least 1")
    output = read.output or default / (f"{task}-smoke" if read.smoke else task)
    return Options(output, read.smoke, read.resume, read.threads)
