"""A real mosquitto for tests, and an independent subscriber that remembers what it saw."""

from __future__ import annotations

import getpass
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

import pytest
from paho.mqtt.client import Client, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from tests.mqtt.promises import broken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from paho.mqtt.client import MQTTMessage

PATIENCE_S = 40.0
_PORTS = 10_000, 32_000


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait until ``condition()`` is true; fails the test, naming ``what``, when that takes too long.

    What takes long to look at is looked at less often: those who are waited for need the processor.
    """
    deadline, asked = time.monotonic() + PATIENCE_S, time.thread_time()
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {PATIENCE_S:g} s in vain: {what}")
        time.sleep(max(0.01, 4 * (time.thread_time() - asked)))
        asked = time.thread_time()


def free_port() -> int:
    """A TCP port of this machine on which nobody listens.

    It lies below those that Linux gives to connections, so that it stays free between a broker's stop and its start;
    tests that run beside this one hardly choose the same.
    """
    while True:
        port = random.randrange(*_PORTS)  # noqa: S311
        with socket.socket() as sock, suppress(OSError):
            sock.bind(("127.0.0.1", port))
            return port


class Broker:
    """mosquitto on a free port; with ``users`` (name: password) it lets nobody else in.

    As a context manager it is started, and stopped whatever happens.

    It keeps its port over :meth:`stop` and :meth:`start`, and forgets its retained messages. ``options`` are further
    lines for its configuration.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        folder: Path,
        users: Mapping[str, str] | None = None,
        options: Sequence[str] = (),
        *,
        port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._config = folder / "mosquitto.conf"
        self._config.write_text("\n".join([*self._lines(users), *options]) + "\n")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it takes connections; where it does not, none is left running."""
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/sbin")
        if program is None:
            pytest.skip("mosquitto is not installed")
        with (self._folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen([program, "-c", str(self._config)], stdout=log, stderr=log)
        try:
            wait_until(self._answers, "mosquitto takes connections")
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Stop it in peace; safe to call twice."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a power cut would, frozen or not."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it hang: connections stay open, nothing is read or answered."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on after :meth:`freeze`."""
        self._signal(signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        if self._process:
            self._signal(number)
            self.thaw()
            try:
                self._process.wait(PATIENCE_S)
            finally:
                self._process.kill()
                self._process.wait()
                self._process = None

    def _signal(self, number: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(number)

    def _answers(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            pytest.fail((self._folder / "mosquitto.log").read_text())
        with socket.socket() as sock:
            return sock.connect_ex((self.host, self.port)) == 0

    def _lines(self, users: Mapping[str, str] | None) -> list[str]:
        lines = [f"listener {self.port} {self.host}", f"user {getpass.getuser()}", "persistence false"]
        if not users:
            return [*lines, "allow_anonymous true"]
        passwords = self._folder / "passwords"
        passwords.touch(mode=0o600)
        for name, password in users.items():
            subprocess.run(["mosquitto_passwd", "-b", str(passwords), name, password], check=True)
        return [*lines, "allow_anonymous false", f"password_file {passwords}"]


def leave(client: Client) -> None:
    """End paho's client whose loop was started, and close its sockets.

    It has a pair of them to wake itself, which it leaves to Python, whose warning may come in any later test.
    """
    client.disconnect()
    client.loop_stop()
    client._reset_sockets()


def open_files() -> int:
    """How many files and sockets this process has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # a list does not keep the folder itself open


class Place(Protocol):
    """Where a broker listens."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Seen:
    """One message that arrived; ``retained`` when the broker had kept it. Only MQTT 5 tells when it expires."""

    topic: str
    payload: bytes
    qos: int
    retained: bool
    expiry_s: int | None = None

    def json(self) -> dict[str, Any]:
        """The payload of a JSON message."""
        found: dict[str, Any] = json.loads(self.payload)
        return found


class Subscriber:
    """Remembers every message of a topic filter, in order; a context manager.

    At its end each message that says it is one of Edge's is held against its schema, unless not ``held``.

    It stays with one connection: when that is lost, :attr:`connected` turns false and everything the broker had sent is
    here.
    """

    def __init__(
        self,
        broker: Place,
        topic: str = "#",
        username: str = "",
        password: str = "",
        *,
        protocol: int = MQTTv311,
        qos: int = 1,
        held: bool = True,
    ) -> None:
        self._topic = topic
        self._held = held
        self._qos = qos
        self._messages: list[Seen] = []
        self._subscribed = threading.Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion(protocol), reconnect_on_failure=False
        )
        if username:
            self._client.username_pw_set(username, password)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.connect(broker.host, broker.port)

    def __enter__(self) -> Self:
        self._client.loop_start()
        wait_until(self._subscribed.is_set, f"subscribed to {self._topic}")
        return self

    def __exit__(self, kind: object, *_details: object) -> None:
        leave(self._client)
        if kind is None and self._held:
            assert broken(self._messages) == []

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message and wait until the broker has it."""
        self._client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE_S)

    def seen(self, topic_end: str = "") -> list[Seen]:
        """The messages so far whose topic ends like this."""
        return [message for message in self._messages if message.topic.endswith(topic_end)]

    def newest(self) -> Seen | None:
        """The message that came last."""
        return self._messages[-1] if self._messages else None

    def wait_for(self, topic_end: str, count: int = 1) -> list[Seen]:
        """Wait until at least ``count`` messages have come on topics that end like this, and return them."""
        wait_until(lambda: len(self.seen(topic_end)) >= count, f"{count} messages on {topic_end}")
        return self.seen(topic_end)

    def wait_for_payload(self, topic_end: str, payload: bytes) -> Seen:
        """Wait until the newest message on topics that end like this has this payload."""
        wait_until(lambda: [m.payload for m in self.seen(topic_end)][-1:] == [payload], f"{payload!r} on {topic_end}")
        return self.seen(topic_end)[-1]

    # Called by paho in its network thread.

    def _on_connect(self, client: Client, *_details: object) -> None:
        client.subscribe(self._topic, qos=self._qos)

    def _on_subscribe(self, *_details: object) -> None:
        self._subscribed.set()

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        expiry_s = getattr(message.properties, "MessageExpiryInterval", None)
        self._messages.append(Seen(message.topic, bytes(message.payload), message.qos, message.retain, expiry_s))
