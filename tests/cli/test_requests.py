"""Requests to a running appliance, over a real broker."""

from __future__ import annotations

import base64
import json
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from paho.mqtt import publish
from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from edge.config.values import checked
from edge.mqtt.request_receiver import BURST, RATE_HZ
from edge.settings import SCHEMA
from edge.tasks.common.keys import MODEL
from tests.broker import PATIENCE_S, Broker, Subscriber, leave, wait_until
from tests.cli.processes import broker_settings, running, toy_settings
from tests.extremes import extremes
from tests.mqtt.samples import check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paho.mqtt.client import MQTTMessage

    from edge.config.schema import Key

PREFIX = "edge/test"
DESK = f"{PREFIX}/response/desk/7"


class Caller:
    """Sends requests and waits for their answers, in order."""

    def __init__(self, broker: Broker, subscriber: Subscriber, file: Path) -> None:
        self.broker = broker
        self.subscriber = subscriber
        self.file = file
        self._asked_s: list[float] = []

    def ask(self, command: str, **arguments: Any) -> dict[str, Any]:
        topic = f"{PREFIX}/response/{command}"
        before = len(self.subscriber.seen(topic))
        request = {"schema": "edge/request/1", "transaction": f"t{before}", "arguments": arguments}
        check("request", request)
        self._keep_to_the_rate()
        self.subscriber.publish(f"{PREFIX}/request/{command}", json.dumps(request).encode())
        response = self.subscriber.wait_for(topic, before + 1)[-1].json()
        check("response", response)
        assert response["transaction"] == f"t{before}"
        return response

    def _keep_to_the_rate(self) -> None:
        """More than a few a second are not looked at, and some machines are quick to answer."""
        if len(self._asked_s) >= BURST // 2:
            time.sleep(max(0.0, self._asked_s[-1] + 1 / RATE_HZ - time.monotonic()))
        self._asked_s.append(time.monotonic())


@contextmanager
def calling(folder: Path, broker: Broker) -> Iterator[Caller]:
    """An appliance that takes requests, and somebody to send them."""
    file = folder / "edge.toml"
    file.write_text("[mqtt]\ncontrol = true\nsnapshot = true\n")
    keys = [*toy_settings(folder), *broker_settings(broker)]
    with (
        Subscriber(broker, f"{PREFIX}/#") as subscriber,
        running(keys, folder / "log", "--config", str(file)),
    ):
        subscriber.wait_for("/pose")
        yield Caller(broker, subscriber, file)


@pytest.mark.long
def test_every_remote_key_at_an_extreme_works_and_what_cannot_is_refused(tmp_path: Path, broker: Broker) -> None:
    """One end of each key, as five requests a second are answered; the workers have tests with all of them."""
    with calling(tmp_path, broker) as caller:
        try_extremes(caller)


def try_extremes(caller: Caller) -> None:
    remote = [key for key in SCHEMA.keys.values() if key.details.remote and key.details.kind is not MODEL]
    for number, key in enumerate(remote):
        if key.path == "action.deny":  # not together with allow
            continue
        value = _accepted(key)[number % 2]
        assert caller.ask("config/set", key=key.path, value=value)["ok"], (key.path, value)
    for path, refused in {"pose.region": [0, 0, 5e-324, 1], "pose.max_rate_hz": 5e-324, "tracking.beta": 1e308}.items():
        assert caller.ask("config/set", key=path, value=refused)["error"]["code"] == "out_of_bounds"
    for path, given in {"pose.max_rate_hz": 0, "classification.max_rate_hz": 0, "action.gate": "always"}.items():
        assert caller.ask("config/set", key=path, value=given)["ok"]
    for task in ("pose", "classification", "action"):
        caller.subscriber.wait_for(f"test/{task}", len(caller.subscriber.seen(f"test/{task}")) + 3)
    assert len({message.json()["run_id"] for message in caller.subscriber.seen("/stats")}) == 1


def _accepted(key: Key) -> list[object]:
    """Extremes that the key takes; of two keys that a rule ties those that hold whatever the other one is."""
    if key.path in {"tracking.label_exit", "tracking.keypoint_exit"}:
        return [0, 0]
    if key.path in {"tracking.label_enter", "tracking.keypoint_enter"}:
        return [1, 1]
    found = []
    for value in extremes(key):
        with suppress(ValueError):
            checked(key, value)
            found.append(value)
    return found


def test_while_pose_rests_the_gate_that_asks_it_is_open(tmp_path: Path, broker: Broker) -> None:
    """Nobody is seen, so the action model does not run: until nobody looks."""
    keys = [*toy_settings(tmp_path), *broker_settings(broker), "mqtt.control=true"]
    keys += ["action.gate=person", "action.gate_hold_s=0", "pose.score_threshold=1"]
    with Subscriber(broker, f"{PREFIX}/#") as subscriber, running(keys, tmp_path / "log"):
        caller = Caller(broker, subscriber, tmp_path)
        subscriber.wait_for("test/pose", 10)
        assert subscriber.seen("test/action") == []

        caller.ask("task/pause", task="pose")
        subscriber.wait_for("test/action", 2)

        caller.ask("task/resume", task="pose")
        subscriber.wait_for("test/pose", len(subscriber.seen("test/pose")) + 2)
        count = len(subscriber.seen("test/action"))
        subscriber.wait_for("test/pose", len(subscriber.seen("test/pose")) + 10)
        assert len(subscriber.seen("test/action")) <= count + 1


def _stats(caller: Caller) -> dict[str, Any]:
    return caller.subscriber.wait_for("test/stats")[-1].json()


def test_what_the_broker_had_kept_is_no_request(tmp_path: Path, broker: Broker) -> None:
    publish.single(f"{PREFIX}/request/restart", "{}", retain=True, qos=1, hostname=broker.host, port=broker.port)
    keys = [*toy_settings(tmp_path), *broker_settings(broker), "mqtt.control=true"]
    with Subscriber(broker, f"{PREFIX}/#") as subscriber, running(keys, tmp_path / "log"):
        subscriber.wait_for("test/stats", 2)
        assert Caller(broker, subscriber, tmp_path).ask("config/get", key="pose.fit")["ok"]
        assert subscriber.seen("response/restart") == []


def test_without_control_nobody_listens(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    with Subscriber(broker, f"{PREFIX}/#") as subscriber, running(keys, tmp_path / "log"):
        subscriber.wait_for("test/pose")
        subscriber.publish(f"{PREFIX}/request/restart", b"{}")
        subscriber.wait_for("test/stats", len(subscriber.seen("test/stats")) + 2)
        assert len({message.json()["run_id"] for message in subscriber.seen("test/stats")}) == 1
        assert subscriber.seen("response/restart") == []


def test_pictures_need_permission(tmp_path: Path, broker: Broker) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker), "mqtt.control=true"]
    with Subscriber(broker, f"{PREFIX}/#") as subscriber, running(keys, tmp_path / "log"):
        subscriber.wait_for("test/pose")
        caller = Caller(broker, subscriber, tmp_path / "none")
        assert caller.ask("snapshot")["error"]["code"] == "not_allowed"
        error = caller.ask("config/set", key="pose.fit", value="stretch")["error"]
        assert "without a configuration file" in error["message"]


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """An appliance for all who leave it as it was; they stand last, so that it does not run beside those of others."""
    folder = tmp_path_factory.mktemp("appliance")
    with Broker(folder) as broker, calling(folder, broker) as caller:
        yield caller


def test_a_setting_is_read_changed_and_in_force(caller: Caller) -> None:
    assert caller.ask("config/get", key="pose.max_people")["result"]["value"] == 4
    result = caller.ask("config/set", key="pose.max_people", value=2)["result"]
    assert result == {"key": "pose.max_people", "value": 2, "live": True, "in_force": True}
    assert caller.ask("config/get", key="pose.max_people")["result"]["value"] == 2
    assert "max_people = 2" in caller.file.read_text()
    assert caller.ask("config/set", key="mqtt.host", value="elsewhere")["error"]["code"] == "not_remote"
    assert caller.ask("config/set", key="pose.max_people", value=4)["ok"]


def test_a_task_rests_and_goes_on(caller: Caller) -> None:
    caller.ask("task/pause", task="pose")
    wait_until(lambda: _stats(caller)["tasks"]["pose"]["paused"], "stats say that pose rests")
    rested = len(caller.subscriber.seen("test/pose"))
    caller.subscriber.wait_for("test/classification", len(caller.subscriber.seen("test/classification")) + 5)
    assert len(caller.subscriber.seen("test/pose")) <= rested + 1
    caller.ask("task/resume", task="pose")
    caller.subscriber.wait_for("test/pose", rested + 3)


def test_everything_retained_is_told_again(caller: Caller) -> None:
    before = len(caller.subscriber.wait_for("state/classification"))
    caller.ask("state")
    caller.subscriber.wait_for("state/classification", before + 1)


def test_a_picture_can_be_had(caller: Caller) -> None:
    result = caller.ask("snapshot")["result"]
    image = cv2.imdecode(np.frombuffer(base64.b64decode(result["data"]), np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    assert image.shape == (result["height"], result["width"], 3)
    (plain,) = caller.subscriber.wait_for("test/snapshot")
    assert plain.payload == base64.b64decode(result["data"])
    assert not plain.retained


def test_a_restart_is_answered_and_begins_a_new_run(caller: Caller) -> None:
    first = _stats(caller)["run_id"]
    assert caller.ask("restart")["ok"]
    wait_until(lambda: _stats(caller)["run_id"] != first, "another run")
    assert caller.ask("config/get", key="pose.fit")["run_id"] == _stats(caller)["run_id"]


def test_what_is_no_request_is_answered(caller: Caller) -> None:
    before = len(caller.subscriber.seen("response/config/set"))
    caller.subscriber.publish(f"{PREFIX}/request/config/set", b"{")
    response = caller.subscriber.wait_for("response/config/set", before + 1)[-1].json()
    check("response", response)
    assert response["error"]["code"] == "not_json"


def test_an_answer_goes_to_the_response_topic_of_mqtt_5(caller: Caller) -> None:
    answers: list[MQTTMessage] = []
    before = len(caller.subscriber.seen("response/state"))
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTv5)
    client.on_message = lambda _client, _userdata, message: answers.append(message)
    client.connect(caller.broker.host, caller.broker.port)
    client.subscribe(DESK, qos=1)
    client.loop_start()
    properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
    properties.ResponseTopic, properties.CorrelationData = DESK, b"\x00\x07"
    client.publish(f"{PREFIX}/request/state", b"{}", qos=1, properties=properties).wait_for_publish(PATIENCE_S)
    wait_until(lambda: answers, "an answer at the desk")
    leave(client)

    assert answers[0].topic == DESK
    assert getattr(answers[0].properties, "CorrelationData", None) == b"\x00\x07"
    assert json.loads(answers[0].payload)["ok"]
    assert len(caller.subscriber.seen("response/state")) == before
