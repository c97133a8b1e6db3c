"""What is said of a topic that is left alone; tests/mqtt/test_packet_guard.py has the connections."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from edge.mqtt.subscriptions import Subscriptions

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "edge/pi/request/"


def advice(topic: str) -> str:
    subscriptions = Subscriptions()
    subscriptions.add(f"{PREFIX}#", lambda _received: None)
    return subscriptions.mute(topic).partition("; ")[2]


@pytest.mark.parametrize(
    "name", ["state", "it's $(touch mark)", "'`touch mark`", "a; touch mark", '"$(touch mark)"', "-n"]
)
def test_the_command_that_clears_a_topic_does_nothing_else(name: str, tmp_path: Path) -> None:
    words, command = advice(PREFIX + name).split(": ", 1)
    assert words == "clear what the broker keeps"
    text = f'mosquitto_pub() {{ printf %s "$4"; }}; {command}'
    done = subprocess.run(["/bin/bash", "-c", text], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == PREFIX + name
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["x" * 60_000, "a\nrm -rf b", "\x1b[2J", "\u202eetats"])
def test_a_topic_that_nobody_can_type_is_not_repeated(name: str) -> None:
    assert advice(PREFIX + name) == "clear what the broker keeps there"
