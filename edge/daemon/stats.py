"""How the appliance is doing, gathered and handed to the publisher and the log."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from edge import __version__
from edge.base.firmware import temperature_c
from edge.base.machine_files import THIS_MACHINE
from edge.base.rolled_back import FILE, read_rolled_back
from edge.base.text import one_line
from edge.daemon import machine
from edge.daemon.build import enabled_tasks
from edge.tasks.registry import tasks
from edge.types import Stats

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from edge.base.machine_files import MachineFiles
    from edge.config.sections import Settings
    from edge.daemon.backends import Backends
    from edge.daemon.governor.governor import Governor
    from edge.daemon.mqtt_sink import MqttSink
    from edge.daemon.pipeline import Pipeline
    from edge.monitor.monitor import Monitor
    from edge.types import TaskName

FIRST_SILENCE_S, LONGEST_SILENCE_S = 10.0, 3600.0
"""Lines in the log become rarer, so that a year of them does not wear out a card; MQTT has the stats all the time."""

_LONGEST_WHY = 400

NO_CAMERA, NO_BROKER = "no camera", "no broker"

_log = logging.getLogger(__name__)


class StatsReporter:
    """Gathers :class:`Stats`; may be asked for them by any thread."""

    def __init__(
        self,
        pipeline: Pipeline,
        mqtt_sink: MqttSink,
        monitor: Monitor,
        backends: Backends,
        *,
        governor: Governor,
        files: MachineFiles = THIS_MACHINE,
        clock_s: Callable[[], float] = time.monotonic,
        rolled_back: Path = FILE,
    ) -> None:
        self._pipeline = pipeline
        self._mqtt_sink = mqtt_sink
        self._monitor = monitor
        self._backends = backends
        self._governor = governor
        self._files = files
        self._clock_s = clock_s
        self._rolled_back = rolled_back
        self._started_s = clock_s()
        self._rates_hz: Mapping[TaskName, float] = {}
        self._silence_s = FIRST_SILENCE_S
        self._silent_until_s = 0.0
        self.config_error: str | None = None
        self._score_thresholds: Mapping[TaskName, float] = {}

    def tune(self, settings: Settings) -> None:
        """Tell of these settings from now on."""
        thresholds = {
            task: getattr(settings[tasks()[task].section], "score_threshold", None) for task in enabled_tasks(settings)
        }
        self._score_thresholds = {task: one for task, one in thresholds.items() if one is not None}

    def publish(self) -> Stats:
        """Publish the stats."""
        stats = self.gather()
        self._mqtt_sink.put_stats(stats)
        self._rates_hz = {task: one.rate_hz for task, one in stats.tasks.items()}
        return stats

    def report(self) -> None:
        """Publish the stats and, where that was not done for a while, log one line a task; each while is longer."""
        stats, now_s = self.publish(), self._clock_s()
        if now_s >= self._silent_until_s:
            self._silent_until_s = now_s + self._silence_s
            self._silence_s = min(2 * self._silence_s, LONGEST_SILENCE_S)
            _log_tasks(stats)

    def conclude(self) -> None:
        """Publish the stats and log them, for the last time."""
        _log_tasks(self.publish())

    def sentence(self) -> str:
        """How it goes, for a person who has one line: what is wrong first, then what is done."""
        on_cpu = {f"{task} is on the CPU": why for task, why in self._backends.troubles().items()}
        update = {"an update was taken back": self._update_error() or ""}
        troubles = {**self.troubles(), **on_cpu, "nothing is shown": self._monitor.trouble(), **update}
        wrong = [f"{what}: {one_line(why)}" for what, why in troubles.items() if why]
        done = ", ".join(f"{task} {rate_hz:.0f}/s" for task, rate_hz in self._rates_hz.items())
        return "; ".join([*wrong, done or "starting"])

    def troubles(self) -> dict[str, str]:
        """Why each thing that is wrong is so, and what to do, by what it is.

        Not the monitor, which cannot tell it, nor who computes a task, nor a version that was taken back: there are
        results all the same.
        """
        troubles = {
            "the configuration is wrong, the last good one is in force": self.config_error,
            NO_CAMERA: self._pipeline.camera_trouble(),
            NO_BROKER: self._mqtt_sink.trouble(),
            "trouble at the broker": self._mqtt_sink.notice(),
            **{f"no results of {task}": why for task, why in self._pipeline.task_troubles().items()},
        }
        return {what: why for what, why in troubles.items() if why}

    def gather(self) -> Stats:
        """The stats of this moment."""
        return Stats(
            version=__version__,
            uptime_s=self._clock_s() - self._started_s,
            tasks=self._pipeline.task_stats(),
            camera=self._pipeline.camera_stats(),
            mqtt=self._mqtt_sink.stats(),
            memory_mb=machine.memory_mb(),
            load=machine.load_average(),
            temperature_c=temperature_c(self._files),
            throttled=machine.is_throttled(self._files),
            config_error=self.config_error,
            update_error=self._update_error(),
            score_thresholds=self._score_thresholds,
            monitor=self._monitor.stats(),
            edgetpus=self._backends.stats(),
            governor=self._governor.stats(),
        )

    def _update_error(self) -> str | None:
        rolled_back = read_rolled_back(self._rolled_back)
        return one_line(rolled_back.sentence(), _LONGEST_WHY) if rolled_back else None


def _log_tasks(stats: Stats) -> None:
    for task, one in stats.tasks.items():
        fields = {"rate_hz": round(one.rate_hz, 1), "results": one.results, "dropped": one.dropped}
        if one.inference_ms and one.latency_ms:
            fields |= {"inference_ms": round(one.inference_ms.p50, 1), "latency_ms": round(one.latency_ms.p50, 1)}
        _log.info("%s", task, extra=fields)
