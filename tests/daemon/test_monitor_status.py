"""What a monitor tells of the appliance."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from edge.daemon.first_boot_login import FirstBootLogin
from edge.daemon.monitor_status import MonitorStatus
from edge.monitor.status import Login, TaskStatus, Trouble
from edge.types import CameraStats, MqttStats, Percentiles, TaskStats
from tests.daemon.test_stats import Parts, reporter

if TYPE_CHECKING:
    from pathlib import Path

    from edge.daemon.stats import StatsReporter


class WorkingParts(Parts):
    """All is well but for what is given; action rests."""

    def __init__(self, *, connected: bool = True, **troubles: str) -> None:
        super().__init__(**troubles)
        self._connected = connected

    def task_stats(self) -> dict[str, TaskStats]:
        latency = Percentiles(40.0, 50.0, 60.0)
        return {
            "pose": TaskStats("movenet-lightning", None, "cpu", 14.5, 300, 300, 0, latency, latency),
            "action": TaskStats("starter-action", "movinet-a0", "cpu", 0.0, 9, 9, 0, None, None, paused=True),
            "classification": TaskStats("m", None, "cpu", 9.0, 9, 9, 0, None, None, edgetpu_failed=True),
        }

    def camera_stats(self) -> CameraStats:
        return CameraStats("auto", "retrying" if self.camera_trouble() else "running", 29.9, 300, None)

    def stats(self) -> MqttStats:
        return MqttStats(
            connected=self._connected, published=0, dropped=0, reconnects=0, events_waiting=0, events_dropped=0
        )


def status_of(told: StatsReporter, folder: Path, *, is_broker_wanted: bool = True) -> MonitorStatus:
    login = FirstBootLogin(folder / "broker-login")
    return MonitorStatus("kitchen-1a2b", told, is_broker_wanted=is_broker_wanted, login=login)


def test_who_it_is_and_how_each_task_goes(tmp_path: Path) -> None:
    status = status_of(reporter(WorkingParts()), tmp_path).gather()
    assert status.device == "kitchen-1a2b"
    assert (status.camera_state, status.camera_fps, status.broker) == ("running", 29.9, "connected")
    assert status.tasks == (
        TaskStatus("pose", 14.5, 40.0, "cpu"),
        TaskStatus("action", 0.0, None, "cpu", is_starter=True, fallback_for="movinet-a0", is_paused=True),
        TaskStatus("classification", 9.0, None, "cpu", edgetpu_failed=True),
    )
    assert status.troubles == ()
    assert status.login is None


def test_what_is_wrong_is_told_in_the_words_of_the_service_with_its_lines(tmp_path: Path) -> None:
    parts = WorkingParts(
        connected=False,
        no_camera="/dev/video0 is not there; plug it in",
        no_broker="cannot reach the MQTT broker",
        no_results="m.tflite: not a number",
    )
    told = reporter(parts)
    told.config_error = "edge.toml:3: pose.fit: unknown\nedge.toml:4: \x1b[2J"
    status = status_of(told, tmp_path).gather()
    assert status.troubles == (
        Trouble(
            "The configuration is wrong, the last good one is in force",
            "edge.toml:3: pose.fit: unknown\nedge.toml:4: \\x1b[2J",
        ),
        Trouble("No camera", "/dev/video0 is not there; plug it in", is_of_camera=True),
        Trouble("No results of action", "m.tflite: not a number"),
    )
    assert (status.camera_state, status.broker) == ("retrying", "away")


class OddParts(Parts):
    """Durations of a clock gone wrong, and a task that fails."""

    def task_stats(self) -> dict[str, TaskStats]:
        odd = Percentiles(math.nan, math.nan, math.nan)
        return {"pose": TaskStats("some-model", None, "cpu", math.nan, 3, 0, 0, odd, odd, error="its process died")}

    def camera_stats(self) -> CameraStats:
        return CameraStats("auto", "running", math.nan, 300, None)


def test_what_is_no_number_is_left_out(tmp_path: Path) -> None:
    status = status_of(reporter(OddParts()), tmp_path).gather()
    assert status.tasks == (TaskStatus("pose", 0.0, None, "cpu", is_failing=True),)
    assert status.camera_fps == 0.0


def test_nobody_misses_a_broker_that_is_not_wanted(tmp_path: Path) -> None:
    told = reporter(WorkingParts(connected=False))
    assert status_of(told, tmp_path, is_broker_wanted=False).gather().broker == "off"


def test_the_login_of_the_first_boot_is_told_to_the_monitor_alone(tmp_path: Path) -> None:
    (tmp_path / "broker-login").write_text("edge\ncorrect-horse-7\n")
    told = reporter(WorkingParts())
    status = status_of(told, tmp_path).gather()
    assert status.login == Login("edge", "correct-horse-7")
    assert "correct-horse-7" not in f"{status} {told.gather()} {told.sentence()}"
