"""An appliance with no models at all: it runs on those that come with it until the others are there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
from typing import TYPE_CHECKING

from tests.broker import PATIENCE_S, Broker, Subscriber, wait_until
from tests.cli.processes import broker_settings, running
from tests.cli.toys import pose_model
from tests.mqtt.samples import check

if TYPE_CHECKING:
    from pathlib import Path

TASKS = ("pose", "classification", "action")
UNPINNED = "movenet-multipose"
"""A model of which the catalogue knows no SHA-256, so that a toy can take its place in the store."""


def test_an_empty_configuration_works_and_says_what_it_runs_on(tmp_path: Path, broker: Broker) -> None:
    environment = {**os.environ, "STATE_DIRECTORY": str(tmp_path / "state")}
    (tmp_path / "state").mkdir()
    keys = ["device.id=test", "camera.source=synthetic:gym", "camera.loop=true", "health.stats_interval_s=0.5"]
    log = tmp_path / "log"
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running([*keys, *broker_settings(broker)], log, environment=environment) as process,
    ):
        for task in TASKS:
            message = subscriber.wait_for(f"test/{task}", 2)[-1].json()
            check(task, message)
            assert message["model"] == f"starter-{task}"
        stats = subscriber.wait_for("/stats", 2)[-1].json()
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0

    check("stats", stats)
    said = log.read_text()
    assert {name: (task["model"], task["fallback_for"]) for name, task in stats["tasks"].items()} == {
        "pose": ("starter-pose", "movenet-lightning"),
        "classification": ("starter-classification", "efficientnet-lite0"),
        "action": ("starter-action", "movinet-a0"),
    }
    for name in ("movenet-lightning", "efficientnet-lite0", "movinet-a0"):
        assert len(re.findall(rf" warning .*get it with: sudo edge models pull {name}; until then starter-", said)) == 1


def test_a_model_that_comes_takes_over_on_reload(tmp_path: Path, broker: Broker) -> None:
    environment = {**os.environ, "STATE_DIRECTORY": str(tmp_path / "state")}
    store = tmp_path / "state" / "models"
    store.mkdir(parents=True)
    keys = [
        *("device.id=test", "camera.source=synthetic:gym", "camera.loop=true", "health.stats_interval_s=0.5"),
        *(f"pose.model={UNPINNED}", "classification.enabled=false", "action.enabled=false"),
        *broker_settings(broker),
    ]
    log = tmp_path / "log"
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, log, environment=environment) as process,
    ):
        subscriber.wait_for("test/pose")
        subscriber.wait_for("/stats")
        before = subscriber.seen("/stats")[-1].json()["tasks"]["pose"]
        toy = pose_model(tmp_path).rename(store / f"{UNPINNED}.tflite")
        record = {"sha256": hashlib.sha256(toy.read_bytes()).hexdigest(), "size_bytes": 1, "origin": "here"}
        toy.with_name(f"{toy.name}.json").write_text(json.dumps(record))
        process.send_signal(signal.SIGHUP)
        wait_until(
            lambda: subscriber.seen("test/pose")[-1].json()["model"] == UNPINNED, "results of the model that came"
        )
        wait_until(
            lambda: subscriber.seen("/stats")[-1].json()["tasks"]["pose"]["fallback_for"] is None, "stats without it"
        )

    assert (before["model"], before["fallback_for"]) == ("starter-pose", UNPINNED)
    assert "configuration reloaded" in log.read_text()
