"""The requests of docs/mqtt.md: all that there are, and each as it stands is answered well."""

from __future__ import annotations

import json
import re
import shlex
import signal
from typing import TYPE_CHECKING

from edge.messages.request import COMMANDS
from tests.broker import Subscriber
from tests.cli.processes import broker_settings, running, toy_settings
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.broker import Broker

PAGE = (ROOT / "docs" / "mqtt.md").read_text().partition("<!-- requests")[2].partition("<!-- end of requests")[0]
TOPIC = (ROOT / "edge/cli/topics/mqtt.txt").read_text()
LINES = [shlex.split(line) for line in PAGE.splitlines() if line.startswith("mosquitto_pub ")]


def test_every_request_is_there() -> None:
    assert [words[2].removeprefix("edge/kitchen/request/") for words in LINES] == sorted(
        COMMANDS, key=list(COMMANDS).index
    )
    assert set(re.findall(r"`([a-z/]+)`", "".join(re.findall(r"^\|[^|]*\|", PAGE, re.MULTILINE)))) == set(COMMANDS)


def test_the_topic_of_the_help_has_every_request() -> None:
    assert {command for command in COMMANDS if re.search(rf"/{command} ", TOPIC)} == set(COMMANDS)


def test_each_is_answered_well(tmp_path: Path, broker: Broker) -> None:
    file = tmp_path / "edge.toml"
    file.write_text('[device]\nid = "kitchen"\n[mqtt]\ncontrol = true\nsnapshot = true\n')
    keys = [key for key in toy_settings(tmp_path) if not key.startswith("device.")]
    with (
        Subscriber(broker, "edge/kitchen/#") as subscriber,
        running([*keys, *broker_settings(broker)], tmp_path / "log", "--config", str(file)) as process,
    ):
        subscriber.wait_for("kitchen/pose", 3)
        for program, _, topic, _, payload in LINES:
            assert program == "mosquitto_pub"
            json.loads(payload)
            subscriber.publish(topic, payload.encode())
            answer = subscriber.wait_for(topic.replace("/request/", "/response/"))[-1].json()
            assert answer["ok"], (topic, answer)
    assert process.returncode in {0, -signal.SIGTERM}, "told to end while it starts anew, it ends"
