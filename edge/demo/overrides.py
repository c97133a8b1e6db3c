"""The configuration of a demo: the defaults, with the scene for a camera and a broker of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from edge.tasks.common.model_choice import starter_of
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from edge.demo.broker import RunningBroker

ModelChoice: TypeAlias = Literal["starter", "real"]
DEVICE = "demo"
PREFIX = f"edge/{DEVICE}/"
_SEVERAL_PEOPLE = "pose.model=starter-multipose"
"""The scene has up to three people at a time; the starter model of pose finds one."""


def suggestions(models: ModelChoice) -> list[str]:
    """Keys that a person may set otherwise, as ``KEY=VALUE``."""
    chosen = [f"{task}.model={name}" for task in tasks() if (name := starter_of(task))] + [_SEVERAL_PEOPLE]
    if models == "real":
        chosen = ["inference.fallback_to_starter=false"]
    # As often as messages are sent: drawing twice as many pictures would only take time from the models.
    return [*chosen, "camera.fps=15", "health.stats_interval_s=2", "log.level=warning"]


def necessities(scene: str, broker: RunningBroker) -> list[str]:
    """Keys without which it would be no demo, as ``KEY=VALUE``."""
    return [
        f"device.id={DEVICE}",
        f"camera.source=synthetic:{scene}",
        "camera.loop=true",
        "camera.realtime=true",
        "mqtt.enabled=true",
        f"mqtt.host={broker.host}",
        f"mqtt.port={broker.port}",
        "mqtt.username=",
        "mqtt.password_file=",
        "mqtt.base_topic=edge",
        "mqtt.tls=false",
        f"mqtt.protocol={'3.1.1' if broker.name == 'amqtt' else 'auto'}",  # the one in Python does not answer to 5
    ]
