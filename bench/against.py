"""Another state of Edge and this one, in turn: what the pipeline takes for a result, and ``edge --version`` of a CPU.

The other one is a checkout with an environment of its own: ``git worktree add TREE COMMIT``, there ``make test`` or
``make .venv/.ready-python3``. Each round runs both, the second time in the other order, so that what the machine does
beside them falls on both.

    python -m bench.against TREE [--rounds N] [--frames N] [--starts N]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Rounds:
    """What both took in each round, in the same unit."""

    other: tuple[float, ...]
    own: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """The median of the ratios of the rounds: this state over the other; below 1 it is quicker."""
        return statistics.median(own / other for own, other in zip(self.own, self.other, strict=True))

    def __str__(self) -> str:
        other, own = statistics.median(self.other), statistics.median(self.own)
        each = " ".join(f"{own / other:.2f}" for own, other in zip(self.own, self.other, strict=True))
        return f"other {other:.4f}, this {own:.4f}, this / other = {self.ratio:.3f}   rounds {each}"


def in_turn(rounds: int, measure: Callable[[Path], float], other: Path) -> Rounds:
    """Measure both trees ``rounds`` times."""
    taken: dict[Path, list[float]] = {other: [], HERE: []}
    for number in range(rounds):
        for tree in (other, HERE) if number % 2 == 0 else (HERE, other):
            taken[tree].append(measure(tree))
    return Rounds(tuple(taken[other]), tuple(taken[HERE]))


def pipeline_over_raw(tree: Path, frames: int) -> float:
    """The figure of one round of ``bench.pipeline``: the median time of a result over that of ``invoke()`` alone."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        words = ("-m", "bench.pipeline", "--rounds", "1", "--frames", str(frames), "--json", str(report))
        subprocess.run([_python(tree), *words], cwd=tree, check=True, stdout=subprocess.DEVNULL)
        ratio: float = json.loads(report.read_text())["ratio"]
        return ratio


def version_cpu_s(tree: Path) -> float:
    """CPU seconds, of user and system, that ``edge --version`` takes."""
    before = os.times()
    subprocess.run([tree / ".venv/bin/edge", "--version"], cwd=tree, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def _python(tree: Path) -> str:
    python = tree / ".venv/bin/python"
    if not python.exists():
        sys.exit(f"bench: {python} is missing; run there: make .venv/.ready-python3")
    return str(python)


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("--rounds", type=int, default=12, help="of the pipeline")
    parser.add_argument("--frames", type=int, default=600, help="of the pipeline, in each round")
    parser.add_argument("--starts", type=int, default=40, help="of edge --version")
    arguments = parser.parse_args()
    other = arguments.tree.resolve()
    version = in_turn(arguments.starts, version_cpu_s, other)
    print(f"edge --version, CPU seconds: {version}")
    pipeline = in_turn(arguments.rounds, lambda tree: pipeline_over_raw(tree, arguments.frames), other)
    print(f"pipeline over raw invoke(): {pipeline}")


if __name__ == "__main__":
    main()
