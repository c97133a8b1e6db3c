"""What it costs to have a model in the process that holds an EdgeTPU: the same CPU model there and in this process.

Both take turns, with one thread: a picture is copied to the input, the model invoked, and the output read. The figure
is by how much the worker's median is above that of this process, as a part of the latter. No EdgeTPU is used: the work
is the same on either side, so that what remains is the way there and back. Real MoveNet is left out where there is none
in EDGE_TEST_DATA, and that is said.

    python -m bench.edgetpu [--rounds N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.table import Table

from edge.base.threads import tune_process
from edge.runtime.edgetpu.deadline import LONGEST_S, Deadline
from edge.runtime.edgetpu.devices import EdgeTpu
from edge.runtime.edgetpu.memory import TensorMemory
from edge.runtime.edgetpu.process import WorkerModel, WorkerOptions
from edge.runtime.edgetpu.running import running_worker
from edge.runtime.edgetpu.variants import Tensors
from edge.runtime.interpreter import TfliteModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from edge.runtime.edgetpu.process import WorkerProcess

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
MODELS = (
    Path("models/starter/starter-pose.tflite"),
    DATA / "models/movenet/movenet_single_pose_lightning_ptq.tflite",
)
NOWHERE = EdgeTpu("usb", 0, f"/sys/bus/usb/devices/bench-{os.getpid()}", "/dev/null/usb")
_WARM_UP = 10
_MOST_OVERHEAD = 0.1


@dataclass(frozen=True, slots=True)
class Report:
    """Median times of one model, in ms; ``overhead`` is a part of ``here_ms``."""

    model: str
    here_ms: float
    worker_ms: float
    overhead: float


class LongDeadline(Deadline):
    """Always the longest one: the machine may be busy with other things, too, and no worker hangs here."""

    def limit_s(self, *, is_switch: bool) -> float:
        """The longest one."""
        del is_switch
        return LONGEST_S


def measure(path: Path, rounds: int) -> Report:
    """Run the model at ``path`` here and in a worker, in turn; their answers have to be the same."""
    model = TfliteModel(path, threads=1)
    tensors = Tensors.of(model)
    inputs = TensorMemory(tensors.inputs)
    given = WorkerModel(path, tensors, inputs, LongDeadline())
    with running_worker([given], NOWHERE, WorkerOptions(library="")) as worker:
        worker.wait_loaded()
        return _report(path.stem, *_in_turn(_here(model), _there(worker, inputs), _pictures(inputs.views[0], rounds)))


def _here(model: TfliteModel) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """Picture in, first output out, by this process."""
    image, answer = next(iter(model.inputs.values())), next(iter(model.outputs.values()))

    def run(picture: NDArray[Any]) -> NDArray[Any]:
        np.copyto(model.view(image), picture)
        model.invoke()
        return model.view(answer).copy()

    return run


def _there(worker: WorkerProcess, inputs: TensorMemory) -> Callable[[NDArray[Any]], NDArray[Any]]:
    """The same by the worker."""

    def run(picture: NDArray[Any]) -> NDArray[Any]:
        np.copyto(inputs.views[0], picture)
        worker.invoke(0)
        return worker.outputs(0)[0].copy()

    return run


def _pictures(like: NDArray[Any], rounds: int) -> list[NDArray[Any]]:
    random = np.random.default_rng(0)
    few = [random.integers(0, 256, like.shape, np.uint8) for _ in range(_WARM_UP)]
    return [few[number % len(few)] for number in range(_WARM_UP + rounds)]


def _in_turn(
    here: Callable[[NDArray[Any]], NDArray[Any]],
    there: Callable[[NDArray[Any]], NDArray[Any]],
    pictures: list[NDArray[Any]],
) -> tuple[list[float], list[float]]:
    """What each picture took here and there, in ms, without the first ones; which is first changes."""
    times_ms: tuple[list[float], list[float]] = ([], [])
    for number, picture in enumerate(pictures):
        answers = {}
        for side in (0, 1) if number % 2 else (1, 0):
            begin_ns = time.perf_counter_ns()
            answers[side] = (here, there)[side](picture)
            times_ms[side].append((time.perf_counter_ns() - begin_ns) / 1e6)
        if not np.array_equal(answers[0], answers[1]):
            raise SystemExit("bench: the worker's answer is another one")
    return times_ms[0][_WARM_UP:], times_ms[1][_WARM_UP:]


def _report(name: str, here_ms: list[float], worker_ms: list[float]) -> Report:
    here, there = statistics.median(here_ms), statistics.median(worker_ms)
    return Report(name, here, there, there / here - 1)


def main() -> int:
    """Measure each model and report; 1 where real MoveNet has more than a tenth added to it in the median."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=500, help="how often each side runs a model (500)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures here")
    arguments = parser.parse_args()
    tune_process()
    table = Table("model", "this process, ms", "worker, ms", "overhead")
    found = []
    for path in MODELS:
        if not path.is_file():
            table.add_row(path.stem, f"{path} is missing", "", "")
            continue
        report = measure(path, arguments.rounds)
        found.append(asdict(report))
        table.add_row(
            report.model, f"{report.here_ms:.2f}", f"{report.worker_ms:.2f}", f"{100 * report.overhead:.1f} %"
        )
    Console().print(table)
    if arguments.json:
        arguments.json.write_text(json.dumps(found, indent=2) + "\n")
    return int(any(one["overhead"] > _MOST_OVERHEAD for one in found if one["model"] == MODELS[-1].stem))


if __name__ == "__main__":
    sys.exit(main())
