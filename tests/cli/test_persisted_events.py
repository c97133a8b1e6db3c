"""The daemon with ``mqtt.persist_events``, killed at random instants while no broker is there."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.broker import PATIENCE_S, Broker, Subscriber, wait_until
from tests.cli.processes import broker_settings, running, toy_settings

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("EDGE_DAEMON_KILLS", "3"))


def on_disk(path: Path) -> list[tuple[str, int]]:
    """``(run_id, seq)`` of the events in the file, in order; the last line may not be whole yet."""
    content = path.read_bytes() if path.exists() else b""
    found = (json.loads(payload) for payload in re.findall(rb"^[0-9a-f]{8} \+ \d+ (.+)\n", content, re.MULTILINE))
    return [(event["run_id"], event["seq"]) for event in found]


def has_more(path: Path, count: int) -> bool:
    return len(on_disk(path)) > count


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_event_on_the_disk_is_lost_and_no_start_fails(tmp_path: Path) -> None:
    broker, state = Broker(tmp_path), tmp_path / "state"
    keys = [
        *toy_settings(tmp_path),
        *broker_settings(broker),
        "tracking.label_window_s=0.1",
        "mqtt.persist_events=true",
    ]
    environment = {**os.environ, "STATE_DIRECTORY": str(state)}
    expected: list[tuple[str, int]] = []
    for number in range(KILLS):
        with running(keys, tmp_path / "log", environment=environment) as process:
            if number % 2 == 0:
                wait_until(partial(has_more, state / "outbox", len(expected)), "another event is on the disk")
            time.sleep(random.uniform(0.0, 3.0))  # noqa: S311
            before = on_disk(state / "outbox")
            process.kill()
            assert process.wait(PATIENCE_S) == -signal.SIGKILL, (tmp_path / "log").read_text()
        assert before[: len(expected)] == expected, "what an earlier run has kept is there"
        expected = before
        assert "Traceback" not in (tmp_path / "log").read_text()
    with (
        broker,
        Subscriber(broker, "edge/test/event") as subscriber,
        running(keys, tmp_path / "log", environment=environment),
    ):
        subscriber.wait_for("/event", len(expected))
        wait_until(lambda: on_disk(state / "outbox") == [], "the file is empty when the broker has everything")
        seen = [(message.json()["run_id"], message.json()["seq"]) for message in subscriber.seen()]
    assert seen[: len(expected)] == expected
    assert len({run for run, _ in expected}) >= (KILLS + 1) // 2
