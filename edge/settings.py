"""The whole configuration of Edge: all sections put together.

``python -m edge.settings docs/configuration.md`` writes the tables of the page on it anew.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import edge.camera.settings
import edge.mqtt.settings
from edge.camera.settings import CameraSettings
from edge.config.conflict import Conflict
from edge.config.key import key
from edge.config.reference_page import filled
from edge.config.schema import Schema
from edge.config.words import listed
from edge.monitor.settings import DisplaySettings
from edge.mqtt.settings import MqttSettings
from edge.tasks.common.settings import InferenceSettings, TrackingSettings, tracking_conflicts
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.sections import Settings


@dataclass(frozen=True, slots=True)
class DeviceSettings:
    """[device]: who this appliance is."""

    id: str = key(
        "",
        "Name in the MQTT topics. Empty: host name and 4 hex digits of a hash of the machine id.",
        pattern="[A-Za-z0-9_-]{0,64}",
        allowed="at most 64 letters, digits, - and _",
        live=False,
    )
    privacy: Literal["none", "skeleton"] = key(
        "none",
        "What can be seen of the camera's pictures, on a monitor, in messages and in files: none: all; skeleton:"
        " keypoints of people on black, nothing else.",
        choices=("none", "skeleton"),
    )
    area: str = key(
        "",
        "The room it looks at; Home Assistant is offered it as the device's area, while that has none. Empty: none.",
        pattern="(?!.{65})(\\S+( \\S+)*)?",
        allowed="words with single spaces between them, at most 64 characters",
    )

    @property
    def only_skeletons(self) -> bool:
        """Whether no pixel of the camera may be seen, wherever it is: results are painted on plain ground."""
        return self.privacy == "skeleton"


@dataclass(frozen=True, slots=True)
class GovernorSettings:
    """[governor]: doing less while the machine is hot or overloaded, and while nobody is there."""

    enabled: bool = key(True, "Hold tasks back when it has to be; false turns all of this section off.", remote=True)
    hot_c: float = key(
        75.0, "From this temperature of the processor on, step by step, tasks do less.", low=30, high=110, remote=True
    )
    cool_c: float = key(
        68.0, "At this temperature and below, step by step, they do as before.", low=20, high=105, remote=True
    )
    max_queue_age_s: float = key(
        0.5,
        "Tasks do less, too, when frames wait longer than this for their turn, by the median of ten seconds.",
        low=0.05,
        high=60,
        remote=True,
    )
    step_s: float = key(10.0, "A limit has to be passed so long before each step down.", low=1, high=600, remote=True)
    relax_s: float = key(
        60.0,
        "All has to be well so long before each step back; longer and longer where that turns out to be too early.",
        low=1,
        high=3600,
        remote=True,
    )
    lighter_models: bool = key(
        True,
        "One of the steps is to run a lighter model of the catalogue, such as MoveNet Lightning for Thunder, where it"
        " is in the model store.",
        remote=True,
    )
    idle_after_s: float = key(
        30.0,
        "So long after the last person and the last motion tasks run at idle_rate_hz; 0: never.",
        low=0,
        high=86_400,
        remote=True,
    )
    idle_rate_hz: float = key(
        2.0,
        "At most so often while nobody is there and nothing moves; the first frame with motion ends that.",
        low=1,
        high=240,
        remote=True,
    )


@dataclass(frozen=True, slots=True)
class HealthSettings:
    """[health]: looking into the running appliance."""

    stats_interval_s: float = key(10.0, "Seconds between two stats messages.", low=0.2, high=3600)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """[log]: what is written to the journal or the terminal."""

    level: str = key(
        "info", "Least severe level that is written.", choices=("debug", "info", "warning", "error"), remote=True
    )
    format: str = key(
        "text",
        "text for people, in the journal with levels and fields; json for machines, an object a line.",
        choices=("text", "json"),
        live=False,
    )


def _task_conflicts(settings: Settings) -> Iterator[Conflict]:
    """Some task has to be enabled."""
    paths = [f"{task}.enabled" for task in tasks()]
    if not any(settings[task.section].enabled for task in tasks().values()):
        yield Conflict(paths[0], paths[1], f"no task is enabled; set {listed(paths)} to true")


def _governor_conflicts(settings: Settings) -> Iterator[Conflict]:
    """Between hot and cool there is something, or the level would change with every breath."""
    own = settings[GovernorSettings]
    if own.cool_c >= own.hot_c:
        yield Conflict("governor.cool_c", "governor.hot_c", "must be below governor.hot_c; some degrees are best")


SCHEMA = Schema(
    {
        "device": DeviceSettings,
        "camera": CameraSettings,
        "inference": InferenceSettings,
        **{name: task.section for name, task in tasks().items()},
        "governor": GovernorSettings,
        "tracking": TrackingSettings,
        "mqtt": MqttSettings,
        "display": DisplaySettings,
        "health": HealthSettings,
        "log": LogSettings,
    },
    (
        edge.camera.settings.conflicts,
        *(task.conflicts for task in tasks().values()),
        tracking_conflicts,
        edge.mqtt.settings.conflicts,
        _governor_conflicts,
        _task_conflicts,
    ),
)

if __name__ == "__main__":
    _path = Path(sys.argv[1])
    _path.write_text(filled(_path.read_text(encoding="utf-8"), SCHEMA), encoding="utf-8")
