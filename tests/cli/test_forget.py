"""``edge forget`` against a real broker."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import publish

from edge.cli.forget import listed
from edge.cli.main import main
from tests.broker import Broker, Subscriber, wait_until

if TYPE_CHECKING:
    from pathlib import Path

Output = pytest.CaptureFixture[str]
KITCHEN = ("edge/kitchen/availability", "edge/kitchen/state/pose", "edge/kitchen/stats")
DISCOVERY = "homeassistant/device/kitchen/config"
OTHERS = (
    *("edge/kitchen", "edge/kitchen2/stats", "edge/hall/availability", "other/kitchen/stats"),
    *("homeassistant/device/kitchen2/config", "homeassistant/device/hall/config"),
)


def keep(broker: Broker, *topics: str, payload: str = "offline") -> None:
    messages = [{"topic": topic, "payload": payload, "retain": True, "qos": 1} for topic in topics]
    publish.multiple(messages, hostname=broker.host, port=broker.port)  # type: ignore[arg-type]


def kept(broker: Broker) -> set[str]:
    """The topics on which the broker keeps something."""
    keep(broker, "the/end")
    with Subscriber(broker) as subscriber:
        subscriber.wait_for("the/end")
        found = {message.topic for message in subscriber.seen()}
    return found - {"the/end"}


def forget(broker: Broker, *arguments: str) -> int:
    return main(["forget", "--host", broker.host, "--port", str(broker.port), *arguments])


def test_all_that_a_device_left_goes_and_nothing_else(broker: Broker, capsys: Output) -> None:
    keep(broker, *KITCHEN, DISCOVERY, *OTHERS)
    assert forget(broker, "kitchen", "--yes") == 0
    assert kept(broker) == set(OTHERS)
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["kept at the broker:", *(f"  {topic}" for topic in (*KITCHEN, DISCOVERY)), "kitchen: 4 cleared"]


@pytest.mark.parametrize("name", ["", "a/b", "#", "a\nb", "n" * 70_000])
def test_a_name_that_none_can_have_is_wrong_usage(broker: Broker, name: str, capsys: Output) -> None:
    assert forget(broker, name, "--yes") == 2
    assert "device.id is " in capsys.readouterr().err


def test_what_is_configured_is_looked_at(broker: Broker, tmp_path: Path) -> None:
    file = tmp_path / "edge.toml"
    file.write_text(
        f'[mqtt]\nhost = "{broker.host}"\nport = {broker.port}\nbase_topic = "a/b"\ndiscovery_prefix = "ha"\n'
    )
    keep(broker, "a/b/kitchen/stats", "ha/device/kitchen/config", *KITCHEN, DISCOVERY)
    assert main(["forget", "kitchen", "--yes", "--config", str(file)]) == 0
    assert kept(broker) == {*KITCHEN, DISCOVERY}


def test_a_device_that_is_online_stays(broker: Broker, capsys: Output) -> None:
    keep(broker, *KITCHEN[1:], DISCOVERY)
    keep(broker, KITCHEN[0], payload="online")
    assert forget(broker, "kitchen", "--yes") == 1
    assert capsys.readouterr().err.startswith("edge: kitchen is online; stop it first")
    assert kept(broker) == {*KITCHEN, DISCOVERY}
    assert forget(broker, "kitchen", "--yes", "--force") == 0
    assert kept(broker) == set()


def test_a_device_that_still_speaks_is_online_whatever_its_availability_says(broker: Broker, capsys: Output) -> None:
    keep(broker, *KITCHEN)
    speaking = [sys.executable, "-c", SPEAKING, str(broker.port)]
    with subprocess.Popen(speaking, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        status = forget(broker, "kitchen", "--yes")
        process.kill()
    assert status == 1
    assert "is online" in capsys.readouterr().err


SPEAKING = """
import sys, time
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion
client = Client(CallbackAPIVersion.VERSION2)
client.connect("127.0.0.1", int(sys.argv[1]))
client.loop_start()
print(flush=True)
while True:
    client.publish("edge/kitchen/pose", "{}")
    time.sleep(0.1)
"""


def test_nobody_there_to_ask_is_wrong_usage(broker: Broker, capsys: Output) -> None:
    keep(broker, *KITCHEN)
    assert forget(broker, "kitchen") == 2
    assert "give --yes" in capsys.readouterr().err
    assert kept(broker) == set(KITCHEN)


@pytest.mark.parametrize(("typed", "is_cleared"), [(b"y\n", True), (b"\n", False), (b"no\n", False), (b"\x04", False)])
def test_it_asks_first(broker: Broker, typed: bytes, is_cleared: bool) -> None:
    keep(broker, *KITCHEN)
    mine, its = pty.openpty()
    command = [sys.executable, "-m", "edge.cli.entry", "forget", "kitchen", "--host", broker.host]
    with subprocess.Popen([*command, "--port", str(broker.port)], stdin=its, stdout=subprocess.PIPE) as process:
        os.close(its)
        os.write(mine, typed)
        output, _ = process.communicate(timeout=30)
    os.close(mine)
    assert b"clear all of this, and have kitchen forgotten? [y/N]" in output
    assert process.returncode == (0 if is_cleared else 1)
    assert (kept(broker) == set()) is is_cleared


def test_an_unknown_name_has_left_nothing(broker: Broker, capsys: Output) -> None:
    keep(broker, *KITCHEN)
    assert forget(broker, "kitchn", "--yes") == 0
    assert "keeps nothing of kitchn; edge watch --all" in capsys.readouterr().out
    assert kept(broker) == set(KITCHEN)


@pytest.mark.parametrize("name", ["#", "+", "kit/chen", ""])
def test_a_name_that_would_reach_further_is_refused(broker: Broker, name: str) -> None:
    keep(broker, *KITCHEN)
    assert forget(broker, "--yes", "--force", "--", name) == 2
    assert kept(broker) == set(KITCHEN)


def test_a_topic_controls_no_terminal(broker: Broker, capsys: Output) -> None:
    """mosquitto keeps nothing on topics with control characters; what it keeps can still turn a line around."""
    keep(broker, "edge/kitchen/\u202egnp.\u200b")
    assert forget(broker, "kitchen", "--yes") == 0
    assert capsys.readouterr().out.splitlines()[1] == "  edge/kitchen/\\u202egnp.\\u200b"
    assert kept(broker) == set()


def test_other_brokers_keep_worse(capsys: Output) -> None:
    listed(["edge/kitchen/\x1b]0;owned\x07\x9b2J\n", "edge/kitchen/stats"])
    assert capsys.readouterr().out.splitlines()[1:] == [
        "  edge/kitchen/\\x1b]0;owned\\x07\\x9b2J\\x0a",
        "  edge/kitchen/stats",
    ]


def test_more_topics_are_cleared_than_a_broker_queues_for_a_client(tmp_path: Path) -> None:
    with Broker(tmp_path, options=["max_queued_messages 20"]) as broker:
        keep(broker, *(f"edge/kitchen/made/up/{number}" for number in range(100)))
        assert forget(broker, "kitchen", "--yes") == 0
        assert kept(broker) == set()


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_broker_that_does_not_allow_it_is_named(tmp_path: Path, protocol: str, capsys: Output) -> None:
    """mosquitto answers to MQTT 5 that it will not; to 3.1.1 it says nothing at all."""
    rules = tmp_path / "acl"
    rules.write_text("topic read #\ntopic write the/end\ntopic readwrite edge/kitchen/stats\n")
    with Broker(tmp_path, options=[f"acl_file {rules}"]) as broker:
        keep(broker, "edge/kitchen/stats")
        rules.write_text("topic read #\ntopic write the/end\n")
        broker._signal(signal.SIGHUP)  # it reads its rules again
        wait_until(lambda: "Reloading config." in (tmp_path / "mosquitto.log").read_text(), "the new rules")
        assert forget(broker, "kitchen", "--yes", "--set", f'mqtt.protocol="{protocol}"') == 1
        assert kept(broker) == {"edge/kitchen/stats"}
    assert "acl_file" in capsys.readouterr().err


def test_a_broker_that_is_not_there_is_named(broker: Broker, capsys: Output) -> None:
    broker.stop()
    assert forget(broker, "kitchen", "--yes") == 1
    assert "cannot reach the MQTT broker" in capsys.readouterr().err


def test_a_made_up_message_is_cleared_too(broker: Broker) -> None:
    keep(broker, "edge/kitchen/pose", payload=json.dumps({"x": "y" * 200_000}))
    assert forget(broker, "kitchen", "--yes") == 0
    assert kept(broker) == set()
