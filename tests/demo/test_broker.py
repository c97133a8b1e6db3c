"""The demo's own broker: which one it is, that it works, and that it never stays behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import paho.mqtt.publish
import pytest

from edge.demo import broker as room
from edge.demo.broker import RunningBroker, embedded_broker
from edge.errors import BrokerError
from edge.mqtt.broker_address import read_address
from edge.mqtt.client import Client
from edge.mqtt.settings import MqttSettings
from tests.broker import wait_until
from tests.demo.samples import PREFIX

if TYPE_CHECKING:
    from pathlib import Path

    from edge.mqtt.message import Received


def answers(broker: RunningBroker) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex((broker.host, broker.port)) == 0


def program(folder: Path, text: str) -> dict[str, str]:
    """An environment whose only program is a mosquitto of this text."""
    path = folder / "mosquitto"
    path.write_text(text)
    path.chmod(0o755)
    return {"PATH": str(folder)}


@pytest.fixture
def no_mosquitto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_SBIN", ())


@pytest.fixture
def no_python_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "find_spec", lambda _name: None)


def test_mosquitto_is_used_where_it_is_installed() -> None:
    with embedded_broker() as broker:
        assert broker.name == "mosquitto"
        assert answers(broker)
    assert not answers(broker)


@pytest.mark.usefixtures("no_mosquitto")
def test_else_the_one_in_python_passes_messages_on(tmp_path: Path) -> None:
    taken: list[Received] = []
    with embedded_broker({"PATH": str(tmp_path)}) as broker:
        address = read_address(MqttSettings(host=broker.host, port=broker.port, protocol="3.1.1"))
        with Client(address, "test", taken.append) as client:
            client.subscribe(f"{PREFIX}#")
            paho.mqtt.publish.single(f"{PREFIX}availability", "offline", 1, True, broker.host, broker.port)
            wait_until(lambda: [message.payload for message in taken] == [b"offline"], "the message")
        assert broker.name == "amqtt"
    assert not answers(broker)


@pytest.mark.usefixtures("no_mosquitto")
def test_a_mosquitto_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    with embedded_broker(program(tmp_path, "#!/bin/sh\necho cannot >&2\nexit 3\n")) as broker:
        assert broker.name == "amqtt"


@pytest.mark.usefixtures("no_mosquitto", "no_python_broker")
def test_without_any_the_sentence_says_what_to_install(tmp_path: Path) -> None:
    with (
        pytest.raises(BrokerError, match=r"there is none on this machine; run: sudo apt install mosquitto, or: pip"),
        embedded_broker({"PATH": str(tmp_path)}),
    ):
        pass


@pytest.mark.usefixtures("no_mosquitto", "no_python_broker")
def test_one_that_does_not_start_is_quoted(tmp_path: Path) -> None:
    environ = program(tmp_path, "#!/bin/sh\necho first >&2\necho the disk is full >&2\nexit 3\n")
    with pytest.raises(BrokerError, match=r"mosquitto does not start \(the disk is full\)"), embedded_broker(environ):
        pass


@pytest.mark.usefixtures("no_mosquitto", "no_python_broker")
def test_one_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "START_S", 0.3)
    environ = program(tmp_path, "#!/bin/sh\nexec /bin/sleep 60\n")
    with pytest.raises(BrokerError, match=r"mosquitto does not start \(it says nothing\)"), embedded_broker(environ):
        pass


@pytest.mark.parametrize("path", [os.environ["PATH"], "/nowhere"], ids=["mosquitto", "amqtt"])
def test_it_ends_with_its_parent_even_when_that_is_killed(path: str) -> None:
    script = (
        "import sys, time\n"
        "from edge.demo import broker\n"
        "if sys.argv[1] == '/nowhere': broker._SBIN = ()\n"
        "with broker.embedded_broker({'PATH': sys.argv[1]}) as running:\n"
        "    print(running.port, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        broker = RunningBroker("any", int(parent.stdout.readline()))
        assert answers(broker)
        parent.kill()
    wait_until(lambda: not answers(broker), "the broker has gone")
