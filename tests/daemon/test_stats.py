"""What is told of how it goes, and how often."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, cast

from edge.base.rolled_back import FILE
from edge.daemon.stats import StatsReporter
from edge.types import CameraStats, EdgeTpuStats, MonitorStats, MqttStats, TaskStats

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

    from edge.daemon.backends import Backends
    from edge.daemon.governor.governor import Governor
    from edge.daemon.mqtt_sink import MqttSink
    from edge.daemon.pipeline import Pipeline
    from edge.monitor.monitor import Monitor
    from edge.types import Stats


class Parts:
    """Pipeline and sink in one, as far as a reporter asks them."""

    def __init__(self, no_camera: str = "", no_broker: str = "", notice: str = "", no_results: str = "") -> None:
        self._no_camera, self._no_broker, self._notice = no_camera, no_broker, notice
        self._no_results = no_results
        self.published = 0

    def camera_trouble(self) -> str:
        return self._no_camera

    def trouble(self) -> str:
        return self._no_broker

    def notice(self) -> str:
        return self._notice

    def task_troubles(self) -> dict[str, str]:
        return {"action": self._no_results} if self._no_results else {}

    def task_stats(self) -> dict[str, TaskStats]:
        return {"pose": TaskStats("starter-pose", None, "cpu", 30.0, 300, 300, 0, None, None)}

    def camera_stats(self) -> CameraStats:
        return CameraStats("auto", "running", 30.0, 300, None)

    def stats(self) -> MqttStats:
        return MqttStats(connected=True, published=0, dropped=0, reconnects=0, events_waiting=0, events_dropped=0)

    def put_stats(self, _stats: Stats) -> None:
        self.published += 1


class NoEdgeTpu:
    """What is to say of EdgeTPUs: ``troubles`` by task."""

    def __init__(self, troubles: dict[str, str] | None = None) -> None:
        self._troubles = troubles or {}

    def troubles(self) -> dict[str, str]:
        return self._troubles

    def stats(self) -> tuple[EdgeTpuStats, ...]:
        return (EdgeTpuStats("usb:0", "/sys/bus/usb/devices/2-1", "ready", 30.0, None, 0, None),)


class NoGovernor:
    """It is off."""

    def stats(self) -> None:
        return None


class NoMonitor:
    """A monitor that is not there; ``trouble`` is what it says of that."""

    def __init__(self, trouble: str = "") -> None:
        self._trouble = trouble

    def trouble(self) -> str:
        return self._trouble

    def stats(self) -> MonitorStats:
        return MonitorStats("waiting", error="no monitor is attached") if self._trouble else MonitorStats()


def reporter(
    parts: Parts,
    clock_s: Callable[[], float] = time.monotonic,
    monitor: NoMonitor | None = None,
    backends: NoEdgeTpu | None = None,
    rolled_back: Path = FILE,
) -> StatsReporter:
    shown, computed = cast("Monitor", monitor or NoMonitor()), cast("Backends", backends or NoEdgeTpu())
    return StatsReporter(
        cast("Pipeline", parts),
        cast("MqttSink", parts),
        shown,
        computed,
        governor=cast("Governor", NoGovernor()),
        clock_s=clock_s,
        rolled_back=rolled_back,
    )


def test_a_year_of_stats_is_no_year_of_lines(caplog: pytest.LogCaptureFixture) -> None:
    now_s = 1000.0
    parts = Parts()
    told, lines_at_s = reporter(parts, lambda: now_s), []
    with caplog.at_level(logging.INFO, logger="edge"):
        for _ in range(2 * 360):  # two hours
            now_s += 10.0
            told.report()
            if caplog.records:
                lines_at_s.append(now_s - 1000.0)
                caplog.clear()
        assert lines_at_s[:4] == [10.0, 20.0, 40.0, 80.0]
        assert len(lines_at_s) < 12
        told.conclude()
    assert [record.getMessage() for record in caplog.records] == ["pose"]
    assert parts.published == 721


def test_each_trouble_has_its_place_in_the_sentence_however_long_the_others_are() -> None:
    parts = Parts("/dev/video0 is not there", "cannot reach the MQTT broker", no_results="m.tflite: not a number")
    told = reporter(parts)
    told.config_error = "edge.toml:3: pose.fit: unknown\n" * 50
    sentence = told.sentence()
    assert sentence.startswith("the configuration is wrong, the last good one is in force: edge.toml:3: pose.fit")
    assert "…; no camera: /dev/video0 is not there; no broker: cannot reach the MQTT broker; " in sentence
    assert sentence.endswith("; no results of action: m.tflite: not a number; starting")
    assert "\n" not in sentence
    assert len(sentence) < 500


def test_a_task_that_the_cpu_has_to_compute_is_told_of_with_the_reason() -> None:
    told = reporter(Parts(), backends=NoEdgeTpu({"pose": "the EdgeTPU usb:0 was unplugged"}))
    assert told.sentence() == "pose is on the CPU: the EdgeTPU usb:0 was unplugged; starting"
    assert [tpu.device for tpu in told.gather().edgetpus] == ["usb:0"]


def test_a_version_that_was_taken_back_is_told_until_a_later_one_works(tmp_path: Path) -> None:
    file = tmp_path / "rolled-back.json"
    told = reporter(Parts(), rolled_back=file)
    assert told.gather().update_error is None
    file.write_text(json.dumps({"version": "0.2", "restored": "0.1", "why": "it hangs\n", "at": "2026-11-29"}))
    assert told.gather().update_error == "0.2 did not work here and 0.1 was put back: it hangs"
    assert told.sentence() == "an update was taken back: 0.2 did not work here and 0.1 was put back: it hangs; starting"
    assert told.troubles() == {}, "there are results all the same"
    file.unlink()
    assert told.gather().update_error is None


def test_what_is_wrong_at_a_broker_that_is_there_is_told() -> None:
    assert reporter(Parts(notice="a topic is not allowed")).sentence() == (
        "trouble at the broker: a topic is not allowed; starting"
    )


def test_a_monitor_that_is_missed_is_told_to_whoever_looks_elsewhere() -> None:
    told = reporter(Parts(), monitor=NoMonitor("no monitor is attached; plug one in"))
    assert told.sentence() == "nothing is shown: no monitor is attached; plug one in; starting"
    assert told.troubles() == {}, "what is on the monitor is no news of it"
    assert told.gather().monitor == MonitorStats("waiting", error="no monitor is attached")
