"""What showing the picture costs: processor time, inference, and how old a picture is when it is seen.

A window of 1280x720 on an X server of its own (Xvfb), drawn by the processor alone, as on a Pi without help of its GPU.
Pictures of the built-in scene, of the size that a camera is asked for by default and 30 a second, with what the starter
models find in each of them.

- cost: processor time of the process that draws and of the monitor's thread, in parts of one core; the X server apart
- latency: from a picture's capture, its results found at once, until it is on the screen
- inference: results a second of one thread that does nothing else, while pictures are shown and while none are, each a
  second in turns; it needs another core that is free
- loss: the same while the X server has just been killed under the window, over while it is there; it is started again
  each time, and the picture waited for

    python -m bench.monitor [--camera WIDTHxHEIGHT] [--seconds S] [--rounds N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

from rich.console import Console
from rich.table import Table

from edge.base.threads import tune_process
from edge.camera.open import open_camera
from edge.camera.settings import CameraSettings
from edge.config.sections import Settings
from edge.daemon.build import build_processor
from edge.monitor.monitor import Monitor
from edge.monitor.settings import DisplaySettings
from edge.monitor.status import Status, TaskStatus
from edge.tasks.common.model_choice import starter_of
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.common.settings import InferenceSettings
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.daemon.build import AnyProcessor
    from edge.types import Frame, Percentiles, Result

WIDTH_PX, HEIGHT_PX, RATE_HZ = 1280, 720, 30.0
DEFAULT = CameraSettings(source="synthetic:gym", realtime=False)
MOMENTS = 60
WARM_UP_S, SLICE_S = 3.0, 1.0
PATIENCE_S = 30.0
_TICKS_HZ = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Moment:
    """A frame with what the tasks found in it."""

    frame: Frame
    results: tuple[Result, ...]

    def now(self, number: int) -> Moment:
        """The same, captured at this moment."""
        frame = replace(self.frame, number=number, captured_ns=time.monotonic_ns())
        return Moment(frame, tuple(cast("Result", replace(cast("Any", one), frame=frame)) for one in self.results))


@dataclass(frozen=True, slots=True)
class Report:
    """One run; shares are of one core, ``inference_ratio`` is results a second with pictures over those without."""

    machine: str
    python: str
    camera: str
    fps: float
    drawing_share: float
    monitor_thread_share: float
    x_server_share: float
    latency_ms: Percentiles
    intervals_p95: float
    inference_ratio: float
    round_ratios: tuple[float, ...]
    loss_ratio: float
    loss_ratios: tuple[float, ...]


class Given:
    """A monitor that is given moments at the camera's pace."""

    def __init__(self, monitor: Monitor, moments: Sequence[Moment]) -> None:
        self._monitor, self._moments = monitor, moments
        self._number = 0
        self.begin()

    def begin(self) -> None:
        """Have the next moment be due now."""
        self._next_s = time.monotonic()

    def give_if_due(self) -> float:
        """Give the next moment if it is time for it; seconds until the one after."""
        if (left_s := self._next_s - time.monotonic()) > 0:
            return left_s
        moment = self._moments[self._number % len(self._moments)].now(self._number)
        self._number += 1
        self._next_s += 1 / RATE_HZ
        self._monitor.take_frame(moment.frame)
        for result in moment.results:
            self._monitor.put(result)
        return max(0.0, self._next_s - time.monotonic())

    def give_until_shown(self) -> None:
        """Give moments until they are seen; the bench ends where that takes too long."""
        deadline_s = time.monotonic() + PATIENCE_S
        self.begin()
        while self._monitor.stats().state != "showing":
            if time.monotonic() > deadline_s:
                sys.exit(f"bench: there is no window: {self._monitor.stats().error}")
            self.give_for(0.1)

    def give_for(self, seconds: float) -> None:
        """Do nothing else for a while."""
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            time.sleep(self.give_if_due())


def measure(seconds: float, rounds: int, warm_up_s: float = WARM_UP_S, camera: CameraSettings = DEFAULT) -> Report:
    """Show moments for ``seconds``; then infer in ``rounds``, each with pictures and without."""
    tune_process()
    processors = _processors()
    moments = _moments(processors, camera)
    with XServer() as server, shown(moments) as (monitor, given):
        given.give_for(warm_up_s)
        (drawing,) = (pid for pid in _children() if pid != server.pid)
        began_s, before = time.monotonic(), [_cpu_s(drawing), time.process_time(), _cpu_s(server.pid)]
        given.give_for(seconds)
        after, took_s = [_cpu_s(drawing), time.process_time(), _cpu_s(server.pid)], time.monotonic() - began_s
        stats = monitor.stats()
        unseen = Given(_monitor(moments), moments)
        ratios = [_ratio(processors[0], moments, given, unseen) for _ in range(rounds)]
        loss_ratios = [_loss_ratio(processors[0], moments, given, server) for _ in range(max(1, rounds // 4))]
    if stats.latency_ms is None:
        sys.exit(f"bench: no picture was shown: {stats.error}")
    shares = [(then - now) / took_s for now, then in zip(before, after, strict=True)]
    return Report(
        machine=f"{platform.machine()}, {os.cpu_count()} cores",
        python=platform.python_version(),
        camera=f"{camera.width}x{camera.height}",
        fps=round(stats.fps, 1),
        drawing_share=round(shares[0], 3),
        monitor_thread_share=round(shares[1], 3),
        x_server_share=round(shares[2], 3),
        latency_ms=stats.latency_ms,
        intervals_p95=round(stats.latency_ms.p95 * RATE_HZ / 1000, 2),
        inference_ratio=round(statistics.median(ratios), 3),
        round_ratios=tuple(round(ratio, 3) for ratio in ratios),
        loss_ratio=round(statistics.median(loss_ratios), 3),
        loss_ratios=tuple(round(ratio, 3) for ratio in loss_ratios),
    )


@contextmanager
def shown(moments: Sequence[Moment]) -> Iterator[tuple[Monitor, Given]]:
    """A monitor whose window is open."""
    monitor = _monitor(moments)
    monitor.start()
    try:
        given = Given(monitor, moments)
        given.give_until_shown()
        yield monitor, given
    finally:
        monitor.stop()


def _monitor(moments: Sequence[Moment]) -> Monitor:
    """A monitor with a window; off until it is started."""
    status = Status(
        device="bench",
        addresses=("192.168.1.20",),
        camera_state="running",
        camera_fps=RATE_HZ,
        tasks=tuple(TaskStatus(one.task, RATE_HZ, 20.0, one.backend) for one in moments[0].results),
        broker="connected",
        temperature_c=55.0,
    )
    return Monitor(DisplaySettings(), "bench", lambda: status, Occupancy(), is_service=False, window=True)


class XServer:
    """An X server without hardware, on which windows open; a context manager."""

    def __enter__(self) -> Self:
        read, write = os.pipe()
        self._before = dict(os.environ)
        self._process = self._started("-displayfd", str(write), pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as number:
            self._name = f":{number.readline().strip()}"
        os.environ["DISPLAY"] = self._name
        os.environ.pop("WAYLAND_DISPLAY", None)
        return self

    def __exit__(self, *_details: object) -> None:
        os.environ.clear()
        os.environ.update(self._before)
        self._process.terminate()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def kill(self) -> None:
        """End it without a word to its windows."""
        self._process.kill()
        self._process.wait()

    def start_again(self) -> None:
        """Have one of the same name."""
        self._process = self._started(self._name)

    @staticmethod
    def _started(*words: str, pass_fds: Sequence[int] = ()) -> subprocess.Popen[bytes]:
        command = ["Xvfb", *words, "-screen", "0", f"{WIDTH_PX}x{HEIGHT_PX}x24", "-nolisten", "tcp"]
        return subprocess.Popen(command, pass_fds=pass_fds, stderr=subprocess.DEVNULL)


def _processors() -> list[AnyProcessor]:
    """The tasks that have starter models, each with one thread; those who show people first."""
    starters = {name: starter for name in tasks() if (starter := starter_of(name))}
    settings = Settings(InferenceSettings(threads=len(starters)))
    sections = [replace(cast("Any", settings[tasks()[name].section]), model=model) for name, model in starters.items()]
    order = sorted(starters, key=lambda name: not tasks()[name].shows_people)
    return [build_processor(name, settings.having(*sections), running=order, still=False) for name in order]


def _moments(processors: Sequence[AnyProcessor], source: CameraSettings) -> list[Moment]:
    latest: dict[str, Result] = {}
    camera, moments = open_camera(source), list[Moment]()
    while len(moments) < MOMENTS and (frame := camera.read()) is not None:
        for processor in processors:
            if result := processor.process(frame):
                latest[result.task] = result
        if len(latest) == len(processors):
            moments.append(Moment(frame, tuple(latest.values())))
    camera.close()
    return moments


def _ratio(processor: AnyProcessor, moments: Sequence[Moment], given: Given, unseen: Given) -> float:
    """Results a second while pictures are shown over those while the same are given to a monitor that is off."""
    without = _results_a_second(processor, moments, unseen)
    return _results_a_second(processor, moments, given) / without


def _loss_ratio(processor: AnyProcessor, moments: Sequence[Moment], given: Given, server: XServer) -> float:
    """Results a second while the screen is lost over those while it is there, pictures given all the time."""
    before = _results_a_second(processor, moments, given)
    server.kill()
    lost = _results_a_second(processor, moments, given)
    server.start_again()
    given.give_until_shown()
    return lost / before


def _results_a_second(processor: AnyProcessor, moments: Sequence[Moment], given: Given) -> float:
    processor.restart()
    given.begin()
    count, began_s = 0, time.monotonic()
    while (took_s := time.monotonic() - began_s) < SLICE_S:
        processor.process(moments[count % len(moments)].frame)
        count += 1
        given.give_if_due()
    return count / took_s


def _children() -> list[int]:
    """The processes that this one has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            if int(_fields(stat)[1]) == os.getpid():
                found.append(int(stat.parent.name))
    return found


def _cpu_s(pid: int) -> float:
    """Processor time of a process so far, of all its threads."""
    fields = _fields(Path(f"/proc/{pid}/stat"))
    return (int(fields[11]) + int(fields[12])) / _TICKS_HZ


def _fields(stat: Path) -> list[str]:
    """The fields of proc_pid_stat(5) from the third on: what follows the name, which may hold anything."""
    return stat.read_text().rpartition(")")[2].split()


def show(report: Report) -> None:
    """Print the report as a table."""
    shown = f"{report.camera} on {WIDTH_PX}x{HEIGHT_PX}, {RATE_HZ:.0f} a second, software rendering"
    table = Table(title=f"{shown} ({report.machine})")
    table.add_column("")
    table.add_column("", justify="right")
    for name, value in (
        ("pictures a second", f"{report.fps:.1f}"),
        ("the process that draws, of one core", f"{report.drawing_share:.1%}"),
        ("the monitor's thread, and the bench itself", f"{report.monitor_thread_share:.1%}"),
        ("the X server, of one core", f"{report.x_server_share:.1%}"),
        ("capture to screen, p50", f"{report.latency_ms.p50:.1f} ms"),
        ("capture to screen, p95", f"{report.latency_ms.p95:.1f} ms, {report.intervals_p95:.2f} intervals"),
        ("inference while shown, over inference while not", f"{report.inference_ratio:.3f}"),
        ("inference while the screen is lost, over while it is there", f"{report.loss_ratio:.3f}"),
    ):
        table.add_row(name, value)
    console = Console()
    console.print(table)
    console.print(f"rounds {report.round_ratios}, with a loss {report.loss_ratios}")


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--camera", default=f"{DEFAULT.width}x{DEFAULT.height}", metavar="WIDTHxHEIGHT")
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the report here")
    arguments = parser.parse_args()
    width, height = map(int, arguments.camera.split("x"))
    camera = replace(DEFAULT, width=width, height=height)
    report = measure(arguments.seconds, arguments.rounds, camera=camera)
    show(report)
    if arguments.json:
        arguments.json.write_text(json.dumps(asdict(report), indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
