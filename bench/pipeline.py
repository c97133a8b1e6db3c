"""How close the whole pipeline comes to the model alone: raw ``invoke()`` and the pipeline, alternated in one process.

One inference thread, a 640x480 video played in a loop as fast as possible, every result published to a real mosquitto.
Frames in = results out. The figure is the median wall time of a result over the median of raw ``invoke()``.

    python -m bench.pipeline [--rounds N] [--frames N] [--json FILE]
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
from rich.table import Table

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
from edge.tasks.common.ahead import Upcoming
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.pose.settings import PoseSettings

if TYPE_CHECKING:
    from edge.types import Percentiles

DATA = Path(os.environ.get("EDGE_TEST_DATA", "../shared"))
MODEL = DATA / "models/movenet/movenet_single_pose_lightning_ptq.tflite"
VIDEO = DATA / "media/video_people/asl_walk.mkv"
UNLIMITED_HZ = 1000.0


@dataclass(frozen=True, slots=True)
class Report:
    """One run; ``ratio`` is pipeline over raw, of the medians over all rounds."""

    machine: str
    python: str
    model: str
    video: str
    rounds: int
    frames_in: int
    results_out: int
    messages_sent: int
    raw_ms: Percentiles
    pipeline_ms: Percentiles
    ratio: float
    round_ratios: tuple[float, ...]


class Ticks:
    """A sink that notes when each result comes."""

    def __init__(self) -> None:
        self.times_ns: list[int] = []

    def put(self, _result: object) -> None:
        """Note the time."""
        self.times_ns.append(time.perf_counter_ns())

    def steps_ms(self) -> list[float]:
        """Wall time from each result to the next."""
        return [(b - a) / 1e6 for a, b in zip(self.times_ns, self.times_ns[1:], strict=False)]


def measure(rounds: int, frames: int, port: int) -> Report:
    """Alternate raw and pipeline ``rounds`` times, ``frames`` each."""
    tune_process()
    mqtt = MqttSettings(host="127.0.0.1", port=port, max_rate_hz=UNLIMITED_HZ)
    settings = Settings(
        CameraSettings(source=f"video:{VIDEO}", loop=True, realtime=False),
        InferenceSettings(threads=1),
        PoseSettings(model=str(MODEL), score_threshold=0.0),
        mqtt,
    )
    publisher = Publisher(mqtt, "bench", str(uuid.uuid4()))
    publisher.start()
    _wait_connected(publisher)
    model = TfliteModel(MODEL, threads=1)
    all_raw_ms: list[float] = []
    all_pipeline_ms: list[float] = []
    ratios: list[float] = []
    results = 0
    for _ in range(rounds):
        raw = _raw(model, frames)
        ticks = _pipeline(settings, publisher, frames)
        steps = ticks.steps_ms()
        all_raw_ms += raw
        all_pipeline_ms += steps
        results += len(ticks.times_ns)
        ratios.append(statistics.median(steps) / statistics.median(raw))
    publisher.stop()
    raw_percentiles, pipeline_percentiles = percentiles(all_raw_ms), percentiles(all_pipeline_ms)
    if raw_percentiles is None or pipeline_percentiles is None:
        sys.exit("bench: nothing was measured; give at least one round of two frames")
    return Report(
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        python=platform.python_version(),
        model=MODEL.name,
        video=VIDEO.name,
        rounds=rounds,
        frames_in=rounds * frames,
        results_out=results,
        messages_sent=publisher.status().published["pose"],
        raw_ms=raw_percentiles,
        pipeline_ms=pipeline_percentiles,
        ratio=pipeline_percentiles.p50 / raw_percentiles.p50,
        round_ratios=tuple(round(ratio, 3) for ratio in ratios),
    )


def _raw(model: TfliteModel, count: int) -> list[float]:
    durations = []
    for _ in range(count):
        begin_ns = time.perf_counter_ns()
        model.invoke()
        durations.append((time.perf_counter_ns() - begin_ns) / 1e6)
    return durations


def _pipeline(settings: Settings, publisher: Publisher, frames: int) -> Ticks:
    ticks = Ticks()
    source = ConfiguredCamera(settings[CameraSettings])
    board = Occupancy()
    upcoming = Upcoming()
    processor = build_processor("pose", settings, running=("pose",), still=False, occupancy=board, upcoming=upcoming)
    detectors = EventDetectors({"pose": processor.model.name}, settings, board, publisher)
    pipeline = Pipeline(
        source, [processor], [publisher, detectors, ticks], max_frames=frames, upcoming={"pose": upcoming}
    )
    pipeline.start()
    pipeline.join()
    return ticks


def _wait_connected(publisher: Publisher, patience_s: float = 10.0) -> None:
    deadline_s = time.monotonic() + patience_s
    while not publisher.status().connected:
        if time.monotonic() > deadline_s:
            sys.exit(f"bench: {publisher.status().error}")
        time.sleep(0.01)


def show(report: Report) -> None:
    """Print the report as a table."""
    table = Table(title=f"{report.model} on {report.video}, 1 inference thread ({report.machine})")
    for column in ("", "p50 ms", "p95 ms", "p99 ms"):
        table.add_column(column, justify="left" if not column else "right")
    for name, durations in (("raw invoke()", report.raw_ms), ("pipeline, per published result", report.pipeline_ms)):
        table.add_row(name, *(f"{value:.2f}" for value in (durations.p50, durations.p95, durations.p99)))
    console = Console()
    console.print(table)
    console.print(
        f"pipeline / raw = [bold]{report.ratio:.3f}[/]   frames in {report.frames_in}, results out "
        f"{report.results_out}, messages sent {report.messages_sent}   rounds {report.round_ratios}"
    )


def main() -> int:
    """Measure and report; 1 when a frame or a message got lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the report here")
    arguments = parser.parse_args()
    for needed in (MODEL, VIDEO):
        if not needed.exists():
            sys.exit(f"bench: {needed} is missing; set EDGE_TEST_DATA to the folder that holds models/ and media/")
    with tempfile.TemporaryDirectory() as folder, running_broker(Path(folder)) as port:
        report = measure(arguments.rounds, arguments.frames, port)
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(report), indent=2) + "\n")
    return 0 if report.frames_in == report.results_out == report.messages_sent else 1


if __name__ == "__main__":
    sys.exit(main())
