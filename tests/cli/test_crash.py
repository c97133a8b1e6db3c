"""What others find at the broker after the appliance was killed and has started again."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import TYPE_CHECKING

from paho.mqtt import publish

from tests.broker import Subscriber, wait_until
from tests.cli.processes import broker_settings, running, toy_settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.broker import Broker

RETAINED = {"edge/test/state/pose", "edge/test/state/classification", "edge/test/state/action", "edge/test/stats"}


def test_who_sees_online_finds_nothing_of_the_run_that_was_killed(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    with Subscriber(broker, "edge/test/#") as before, running(keys, tmp_path / "first") as process:
        dead_run = before.wait_for("/pose")[0].json()["run_id"]
        wait_until(lambda: {message.topic for message in before.seen()} >= RETAINED, "what will be kept")
        process.kill()
        before.wait_for_payload("/availability", b"offline")
    stale = json.loads(before.seen("state/pose")[0].payload) | {"present": True, "count": 1}  # somebody was there
    publish.single("edge/test/state/pose", json.dumps(stale), 1, True, broker.host, broker.port)

    with Subscriber(broker, "edge/test/#") as subscriber:
        wait_until(lambda: {message.topic for message in subscriber.seen()} >= RETAINED, "what was kept")
        with running(keys, tmp_path / "second"):
            subscriber.wait_for_payload("/availability", b"online")
            until_online = list(takewhile(lambda message: message.payload != b"online", subscriber.seen()))

    newest = {message.topic: message.json() for message in until_online if message.topic in RETAINED}
    assert newest.keys() == RETAINED
    assert dead_run not in {message["run_id"] for message in newest.values()}
    assert newest["edge/test/state/pose"]["present"] is None
    assert newest["edge/test/stats"]["camera"]["state"] in {"starting", "running"}
    assert newest["edge/test/stats"]["mqtt"]["connected"]
