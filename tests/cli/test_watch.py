from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import publish

from edge.cli.main import main
from tests.broker import Broker, free_port
from tests.terminal import at_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker on which two devices have left retained messages."""
    with Broker(tmp_path) as broker:
        for name in ("pi-1", "pi-2"):
            publish.multiple(
                [
                    {"topic": f"edge/{name}/availability", "payload": "online", "retain": True},
                    {"topic": f"edge/{name}/state/pose", "payload": '{"seq": 1, "count": 2}', "retain": True},
                ],
                hostname=broker.host,
                port=broker.port,
            )
        yield broker


def watch(broker: Broker, *arguments: str) -> int:
    options = ("--host", broker.host, "--port", str(broker.port), "--seconds", "1")
    return main(["watch", *options, *arguments])


def live_view(broker: Broker, *arguments: str) -> str:
    """What a terminal has shown when it has ended."""
    address = ("--host", broker.host, "--port", str(broker.port))
    command = [sys.executable, "-m", "edge.cli.entry", "watch", *address, *arguments]
    ended = at_terminal(command, os.environ | {"TERM": "xterm"})
    assert ended.returncode == 0
    return ended.stdout


def test_json_lines_of_all_devices_on_a_named_broker(broker: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    assert watch(broker, "--json") == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {(line["topic"], str(line["payload"])) for line in lines} == {
        (f"edge/{name}/{topic}", payload)
        for name in ("pi-1", "pi-2")
        for topic, payload in (("availability", "online"), ("state/pose", "{'seq': 1, 'count': 2}"))
    }


def test_json_lines_of_the_devices_named(broker: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    assert watch(broker, "--json", "pi-2") == 0
    topics = {json.loads(line)["topic"] for line in capsys.readouterr().out.splitlines()}
    assert topics == {"edge/pi-2/availability", "edge/pi-2/state/pose"}


def test_without_a_host_it_is_this_device(broker: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    settings = ("--set", f"mqtt.port={broker.port}", "--set", "mqtt.host=127.0.0.1", "--set", "device.id=pi-1")
    assert main(["watch", "--json", "--seconds", "1", *settings]) == 0
    topics = {json.loads(line)["topic"] for line in capsys.readouterr().out.splitlines()}
    assert topics == {"edge/pi-1/availability", "edge/pi-1/state/pose"}


def test_a_terminal_gets_the_live_view(broker: Broker) -> None:
    shown = live_view(broker, "--seconds", "2")
    for words in ("pi-1", "pi-2", "online", "2 people"):
        assert words in shown, words


def test_without_a_terminal_it_asks_for_json(broker: Broker, capsys: pytest.CaptureFixture[str]) -> None:
    assert watch(broker) == 2
    assert "--json" in capsys.readouterr().err


def test_a_reader_that_leaves_ends_it(broker: Broker) -> None:
    command = [sys.executable, "-m", "edge.cli.entry", "watch", "--host", broker.host, "--port", str(broker.port)]
    with subprocess.Popen([*command, "--json", "--seconds", "30"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.stdout.close()
        publish.single("edge/pi-1/pose", "{}", hostname=broker.host, port=broker.port)
        publish.single("edge/pi-1/pose", "{}", hostname=broker.host, port=broker.port)
        assert process.wait(20) == 1


def test_a_broker_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    port = free_port()
    assert main(["watch", "--json", "--host", "127.0.0.1", "--port", str(port)]) == 1
    assert f"cannot reach the MQTT broker at 127.0.0.1:{port}" in capsys.readouterr().err


def test_lines_that_stop_because_the_broker_has_gone_are_told(
    broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    ending = threading.Timer(2.5, broker.stop)
    ending.start()
    try:
        assert watch(broker, "--json", "--all", "--seconds", "5") == 0
    finally:
        ending.join()
    told = capsys.readouterr().err.splitlines()
    assert told
    assert all(line.startswith("edge: ") and line.endswith("; trying again") for line in told)
    assert len(told) == len(set(told))


def test_a_name_that_is_not_known_is_told_with_those_that_are(
    broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--host", broker.host, "--port", str(broker.port), "--seconds", "4", "--json")
    assert main(["watch", *options, "pi1"]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "edge: nothing is known of pi1 (did you mean pi-1?); at this broker are pi-1, pi-2\n"


def test_the_live_view_tells_of_it_too(broker: Broker) -> None:
    shown = live_view(broker, "pi-2", "hall", "--seconds", "5")
    assert "nothing is known of hall; at this broker are pi-1, pi-2" in shown
    assert "pi-2" in shown
