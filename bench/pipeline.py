"""How close the whole pipeline comes to its models alone: raw ``invoke()`` and the pipeline, alternated in one process.

One inference thread a task, a 640x480 film played in a loop as fast as possible, every result published to a real
mosquitto, as far as it takes them. Frames in = results out. The ideal is what the models alone take for a frame: with
one task its ``invoke()``, with several the sum of all, shared among the cores. The figure is what a frame takes over
that; both are medians of a round, and of all rounds. A few frames take longer, where pose looks more than once and
where the film is read anew: that is in the mean.

    python -m bench.pipeline [--tasks pose classification action] [--rounds N] [--frames N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from bench.broker import running_broker
from edge.base.percentiles import percentiles
from edge.base.threads import tune_process
from edge.camera.settings import CameraSettings
from edge.config.sections import Settings
from edge.daemon.build import build_processor
from edge.daemon.configured_camera import ConfiguredCamera
from edge.daemon.event_detectors import EventDetectors
from edge.daemon.pipeline import Pipeline
from edge.mqtt.publisher import Publisher
from edge.mqtt.settings import MqttSettings
from edge.runtime.interpreter import TfliteModel
from edge.tasks.action.settings import ActionSettings
from edge.tasks.classification.settings import ClassificationSettings
from edge.tasks.common.ahead import Upcoming
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.settings import PoseSettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.types import Percentiles, Result, TaskName

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
MODEL = DATA / "models/movenet/movenet_single_pose_lightning_ptq.tflite"
MODELS: Mapping[TaskName, Path] = {
    "pose": MODEL,
    "classification": DATA / "models/efficientnet_lite0/efficientnet_lite0_int8.tflite",
    "action": DATA / "models/movinet/movinet_a0_stream_int8.tflite",
}
VIDEO = DATA / "media/video_people/asl_walk.mkv"
UNLIMITED_HZ = 10_000.0
_SPAN = 8
"""Frames: with several tasks at once, one frame is done a little early and the next a little late."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run; ``ratio`` is the median of a frame over the ideal, of all rounds, ``mean_ratio`` the same of means."""

    machine: str
    python: str
    models: tuple[str, ...]
    video: str
    rounds: int
    frames_in: int
    results_out: int
    messages_sent: int
    raw_ms: Mapping[TaskName, Percentiles]
    ideal_ms: float
    pipeline_ms: Percentiles
    ratio: float
    mean_ratio: float
    round_ratios: tuple[float, ...]

    @property
    def is_complete(self) -> bool:
        """Whether each frame has a result of each task."""
        return self.frames_in * len(self.raw_ms) == self.results_out


class Ticks:
    """A sink that notes when the last result of each frame comes."""

    def __init__(self) -> None:
        self.results = 0
        self._last_ns: dict[int, int] = {}

    def put(self, result: Result) -> None:
        """Note the time."""
        self.results += 1
        self._last_ns[result.frame.number] = time.perf_counter_ns()

    def steps_ms(self, span: int = 1) -> list[float]:
        """Wall time from each frame to the one ``span`` later, for one frame."""
        times = [self._last_ns[number] for number in sorted(self._last_ns)]
        return [(b - a) / 1e6 / span for a, b in zip(times, times[span:], strict=False)]


class _Bench:
    """The tasks that run together, with a publisher."""

    def __init__(self, tasks: Sequence[TaskName], folder: Path, port: int) -> None:
        labels = folder / "labels.txt"  # the classifier comes without
        labels.write_text("\n".join(f"class {number}" for number in range(1000)))
        mqtt = MqttSettings(host="127.0.0.1", port=port, max_rate_hz=UNLIMITED_HZ)
        paths = {task: str(MODELS[task]) for task in MODELS}
        self._tasks = tuple(tasks)
        self._settings = Settings(
            CameraSettings(source=f"video:{VIDEO}", loop=True, realtime=False),
            InferenceSettings(threads=len(tasks)),
            PoseSettings(model=paths["pose"], score_threshold=0.0),
            ClassificationSettings(model=paths["classification"], labels=str(labels)),
            ActionSettings(model=paths["action"], gate="always", rate_hz=60.0),
            mqtt,
        )
        self.models = {task: TfliteModel(MODELS[task], threads=1) for task in tasks}
        self.publisher = Publisher(mqtt, "bench", str(uuid.uuid4()))
        self.publisher.start()
        _wait_connected(self.publisher)

    def raw_ms(self, count: int) -> dict[TaskName, list[float]]:
        """Each run of each model alone."""
        return {task: _raw_ms(model, count) for task, model in self.models.items()}

    def play(self, frames: int) -> Ticks:
        """The whole pipeline."""
        ticks, board, tasks = Ticks(), Occupancy(), self._tasks
        upcoming = {task: Upcoming() for task in tasks if len(tasks) == 1}  # as the daemon does
        processors = [
            build_processor(
                task, self._settings, running=tasks, still=False, occupancy=board, upcoming=upcoming.get(task)
            )
            for task in tasks
        ]
        models = {one.task: one.model.name for one in processors}
        detectors = EventDetectors(models, self._settings, board, self.publisher)
        source = ConfiguredCamera(self._settings[CameraSettings])
        pipeline = Pipeline(
            source, processors, [self.publisher, detectors, ticks], max_frames=frames, upcoming=upcoming
        )
        pipeline.start()
        pipeline.join()
        return ticks


def measure(tasks: Sequence[TaskName], rounds: int, frames: int, folder: Path, port: int) -> Report:
    """Alternate raw and pipeline ``rounds`` times, ``frames`` each."""
    tune_process()
    bench = _Bench(tasks, folder, port)
    cores = min(os.cpu_count() or 1, len(tasks))
    span = 1 if len(tasks) == 1 else _SPAN
    raw_ms: dict[TaskName, list[float]] = {task: [] for task in tasks}
    pipeline_ms: list[float] = []
    ratios: list[float] = []
    results = 0
    for _ in range(rounds):
        raw = bench.raw_ms(frames)
        ticks = bench.play(frames)
        steps = ticks.steps_ms(span)
        ideal = sum(map(statistics.median, raw.values())) / cores
        ratios.append(statistics.median(steps) / ideal)
        for task, times in raw.items():
            raw_ms[task] += times
        pipeline_ms += steps
        results += ticks.results
    bench.publisher.stop()
    published = bench.publisher.status().published
    raw_percentiles = {task: percentiles(times) for task, times in raw_ms.items()}
    pipeline_percentiles = percentiles(pipeline_ms)
    known = {task: one for task, one in raw_percentiles.items() if one is not None}
    if pipeline_percentiles is None or not known:
        sys.exit("bench: nothing was measured; give at least one round of some frames")
    ideal = sum(one.p50 for one in known.values()) / cores
    return Report(
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        python=platform.python_version(),
        models=tuple(MODELS[task].name for task in tasks),
        video=VIDEO.name,
        rounds=rounds,
        frames_in=rounds * frames,
        results_out=results,
        messages_sent=sum(published[task] for task in tasks),
        raw_ms=known,
        ideal_ms=ideal,
        pipeline_ms=pipeline_percentiles,
        ratio=statistics.median(ratios),
        mean_ratio=statistics.mean(pipeline_ms) / ideal,
        round_ratios=tuple(round(ratio, 3) for ratio in ratios),
    )


def _raw_ms(model: TfliteModel, count: int) -> list[float]:
    durations = []
    for _ in range(count):
        begin_ns = time.perf_counter_ns()
        model.invoke()
        durations.append((time.perf_counter_ns() - begin_ns) / 1e6)
    return durations


def _wait_connected(publisher: Publisher, patience_s: float = 10.0) -> None:
    deadline_s = time.monotonic() + patience_s
    while not publisher.status().connected:
        if time.monotonic() > deadline_s:
            sys.exit(f"bench: {publisher.status().error}")
        time.sleep(0.01)


def show(report: Report) -> None:
    """Print the report."""
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"{' + '.join(report.models)} on {report.video}, one thread each ({report.machine})")
    rows = {f"raw invoke(), {task}": found for task, found in report.raw_ms.items()}
    for name, found in {**rows, "pipeline, per frame": report.pipeline_ms}.items():
        console.print(f"  {name:<30} p50 {found.p50:6.2f}   p95 {found.p95:6.2f}   p99 {found.p99:6.2f} ms")
    spread = ", ".join(f"{ratio:.2f}" for ratio in report.round_ratios)
    console.print(
        f"  pipeline / ideal of {report.ideal_ms:.2f} ms = [bold]{report.ratio:.3f}[/] (mean {report.mean_ratio:.3f}; "
        f"{report.rounds} rounds: {spread})\n"
        f"  frames in {report.frames_in}, results out {report.results_out}, messages sent {report.messages_sent}"
    )


def main() -> int:
    """Measure and report; 1 when a frame got lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", nargs="+", choices=tuple(MODELS), default=["pose"])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--frames", type=int, default=150)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the report here")
    arguments = parser.parse_args()
    for needed in (*(MODELS[task] for task in arguments.tasks), VIDEO):
        if not needed.exists():
            sys.exit(f"bench: {needed} is missing; set EDGE_TEST_DATA to the folder that holds models/ and media/")
    with tempfile.TemporaryDirectory() as folder, running_broker(Path(folder)) as port:
        report = measure(arguments.tasks, arguments.rounds, arguments.frames, Path(folder), port)
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(report), indent=2) + "\n")
    return 0 if report.is_complete else 1


if __name__ == "__main__":
    sys.exit(main())
