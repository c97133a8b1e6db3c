from __future__ import annotations

import logging
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from edge.base.backoff import Backoff
from edge.errors import ConfigError
from edge.messages.clock import Instant
from edge.mqtt.connection import RetryPolicy
from edge.mqtt.publisher import BUFFER_SIZE, Publisher
from edge.mqtt.settings import MqttSettings
from edge.types import Category
from tests.broker import Broker, Subscriber, wait_until
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, category_result, check, pose_result, stats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge.messages.clock import Clock

Connect: TypeAlias = "Callable[..., Publisher]"

PI = "edge/pi-9f3c"


def ticking(step_ns: int = 100_000_000) -> Clock:
    """A clock that stands at eight and goes on by ``step_ns`` each time it is asked."""
    ticks = count(step=step_ns)

    def now() -> Instant:
        tick = next(ticks)
        return Instant(EIGHT_O_CLOCK.wall_ns + tick, EIGHT_O_CLOCK.monotonic_ns + tick)

    return now


def quick() -> RetryPolicy:
    """No long waits, whatever went wrong."""
    return RetryPolicy(Backoff(first_s=0.05, longest_s=0.1), Backoff(first_s=0.05, longest_s=0.1))


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Starts publishers that retry at once and are stopped with the test."""
    publishers: list[Publisher] = []

    def start(broker: Broker, clock: Clock | None = None, **changes: Any) -> Publisher:
        settings = replace(MqttSettings(host=broker.host, port=broker.port), **changes)
        publisher = Publisher(settings, "pi-9f3c", RUN_ID, clock=clock or ticking(), retry_policy=quick())
        publishers.append(publisher)
        publisher.start()
        return publisher

    yield start
    for publisher in publishers:
        publisher.stop()


def wait_connected(publisher: Publisher) -> None:
    wait_until(lambda: publisher.status().connected, "connected")


def taken(publisher: Publisher, name: str) -> int:
    """How many messages of a topic were published or dropped."""
    return publisher.status().published[name] + publisher.status().dropped[name]


def test_every_message_keeps_to_its_schema(broker: Broker, connect: Connect) -> None:
    with Subscriber(broker) as subscriber:
        publisher = connect(broker)
        wait_connected(publisher)
        publisher.put(pose_result())
        publisher.put(category_result("classification"))
        publisher.put(category_result("action"))
        publisher.put_stats(stats())
        for name in ("pose", "classification", "action", "stats"):
            message = subscriber.wait_for(f"{PI}/{name}")[0]
            check(name, message.json())
            assert message.qos == 0
            assert (message.json()["seq"], message.json()["device"]) == (1, "pi-9f3c")
        availability = subscriber.wait_for(f"{PI}/availability")[0]
        check("availability", availability.payload.decode())
        assert (availability.payload, availability.qos) == (b"online", 1)


def test_stats_and_availability_are_kept_by_the_broker_streams_are_not(broker: Broker, connect: Connect) -> None:
    with Subscriber(broker) as listening:
        publisher = connect(broker)
        wait_connected(publisher)
        publisher.put(pose_result())
        publisher.put_stats(stats())
        listening.wait_for("/pose")
        listening.wait_for("/stats")
    with Subscriber(broker) as subscriber:
        subscriber.wait_for("/stats")
        subscriber.wait_for("/availability")
        assert {message.topic: message.retained for message in subscriber.seen()} == {
            f"{PI}/stats": True,
            f"{PI}/availability": True,
        }


def test_times_are_written_by_the_wall_clock_of_the_moment(broker: Broker, connect: Connect) -> None:
    with Subscriber(broker) as subscriber:
        publisher = connect(broker, clock=ticking(step_ns=1_000_000))
        wait_connected(publisher)
        publisher.put(pose_result())  # the first tick is the rate limit's, the second the message's
        message = subscriber.wait_for("/pose")[0].json()
    assert message["published_at"] == "2026-05-01T08:00:00.042Z"
    assert message["captured_at"] == "2026-05-01T08:00:00.003Z"
    assert message["latency_ms"] == 39.0


def test_the_rate_limit_leaves_out_without_a_gap_in_seq(broker: Broker, connect: Connect) -> None:
    with Subscriber(broker) as subscriber:
        publisher = connect(broker, clock=lambda: EIGHT_O_CLOCK)
        wait_connected(publisher)
        for _ in range(5):
            publisher.put(pose_result())
        publisher.put(category_result())
        subscriber.wait_for("/action")
        assert [message.json()["seq"] for message in subscriber.seen("/pose")] == [1]


def test_a_clean_stop_sends_what_it_took_then_says_offline(broker: Broker, connect: Connect) -> None:
    with Subscriber(broker) as subscriber:
        publisher = connect(broker)
        wait_connected(publisher)
        for _ in range(BUFFER_SIZE):
            publisher.put(category_result())
        publisher.stop()
        subscriber.wait_for_payload("/availability", b"offline")
        assert len(subscriber.seen("/action")) == BUFFER_SIZE
        assert subscriber.seen()[-1].payload == b"offline"
    assert publisher.status().state == "stopped"
    assert not publisher.status().error


@contextmanager
def other_process(broker: Broker) -> Iterator[subprocess.Popen[bytes]]:
    """A publisher of the same device in a process of its own."""
    script = (
        "import time\n"
        "from edge.mqtt.settings import MqttSettings\n"
        "from edge.mqtt.publisher import Publisher\n"
        f"Publisher(MqttSettings(host={broker.host!r}, port={broker.port}), 'pi-9f3c', {RUN_ID!r}).start()\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_killed_process_is_called_offline_by_its_last_will(broker: Broker) -> None:
    with Subscriber(broker) as subscriber, other_process(broker) as process:
        subscriber.wait_for_payload("/availability", b"online")
        process.kill()
        subscriber.wait_for_payload("/availability", b"offline")


def test_the_end_of_a_predecessor_does_not_call_its_successor_offline(broker: Broker, connect: Connect) -> None:
    with Subscriber(broker) as subscriber, other_process(broker) as predecessor:
        subscriber.wait_for_payload("/availability", b"online")
        predecessor.send_signal(signal.SIGSTOP)  # as after a power cut: its connection stays open, silent
        publisher = connect(broker)
        wait_connected(publisher)
        predecessor.kill()
        predecessor.wait()
        publisher.put(pose_result())
        subscriber.wait_for("/pose")
        assert subscriber.seen("/availability")[-1].payload == b"online"


def test_a_restarted_broker_sees_us_again_and_the_gap(broker: Broker, connect: Connect) -> None:
    publisher = connect(broker)
    wait_connected(publisher)
    publisher.put(pose_result())
    wait_until(lambda: publisher.status().published["pose"] == 1, "the first message")
    broker.stop()
    wait_until(lambda: publisher.status().state == "away", "the broker is missed")
    for _ in range(3):
        publisher.put(pose_result())
    wait_until(lambda: taken(publisher, "pose") == 4, "three messages dropped")
    broker.start()
    with Subscriber(broker) as subscriber:
        subscriber.wait_for_payload("/availability", b"online")
        wait_connected(publisher)
        publisher.put(pose_result())
        assert [message.json()["seq"] for message in subscriber.wait_for("/pose")] == [5]
    status = publisher.status()
    assert (status.published["pose"], status.dropped["pose"]) == (2, 3)
    assert (status.connects, status.reconnects) == (2, 1)


def test_a_broker_that_starts_later_is_found(tmp_path: Path, connect: Connect) -> None:
    broker = Broker(tmp_path)
    publisher = connect(broker)
    wait_until(lambda: publisher.status().state == "away", "nobody there")
    broker.start()
    try:
        wait_connected(publisher)
        assert publisher.status().reconnects == 0
    finally:
        publisher.stop()
        broker.stop()


def clog(broker: Broker, publisher: Publisher) -> None:
    """Let the broker hang in the middle of a message that no socket buffer holds."""
    broker.freeze()
    huge = category_result("classification")
    publisher.put(replace(huge, categories=(Category(0, 0.5, "x" * 20_000_000, ""),)))
    wait_until(lambda: publisher.status().published["classification"] == 1, "handed over")


def test_a_hanging_broker_holds_nobody_up_and_gets_the_newest(broker: Broker, connect: Connect) -> None:
    with Subscriber(broker) as subscriber:
        publisher = connect(broker)
        wait_connected(publisher)
        clog(broker, publisher)
        for _ in range(BUFFER_SIZE + 3):
            publisher.put(pose_result())
        assert publisher.status().dropped["pose"] == 3
        broker.thaw()
        messages = subscriber.wait_for("/pose", BUFFER_SIZE)
        assert [message.json()["seq"] for message in messages] == list(range(4, BUFFER_SIZE + 4))


def test_a_broker_that_dies_while_it_hangs_is_found_again(broker: Broker, connect: Connect) -> None:
    publisher = connect(broker)
    wait_connected(publisher)
    clog(broker, publisher)
    publisher.put(pose_result())
    broker.kill()
    wait_until(lambda: publisher.status().dropped["pose"] == 1, "the broker is missed")
    broker.start()
    wait_connected(publisher)
    with Subscriber(broker) as subscriber:
        publisher.put(pose_result())
        assert subscriber.wait_for("/pose")[0].json()["seq"] == 2


def test_stop_does_not_wait_for_a_hanging_broker(broker: Broker, connect: Connect) -> None:
    publisher = connect(broker)
    wait_connected(publisher)
    clog(broker, publisher)
    publisher.stop()
    assert publisher.status().state == "stopped"


def test_a_port_where_nobody_listens_is_named(tmp_path: Path, connect: Connect) -> None:
    nobody = Broker(tmp_path)
    publisher = connect(nobody)
    wait_until(lambda: publisher.status().state == "away", "the attempt fails")
    assert publisher.status().error == (
        f"cannot reach the MQTT broker at 127.0.0.1:{nobody.port} (Connection refused); "
        "check mqtt.host and mqtt.port, and that the broker runs"
    )


def test_the_right_password_lets_us_in(locked_broker: Broker, connect: Connect, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("open sesame\n")
    publisher = connect(locked_broker, username="edge", password_file=str(tmp_path / "secret"))
    wait_connected(publisher)


def test_a_corrected_password_is_taken_on_the_next_attempt(
    locked_broker: Broker, connect: Connect, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("open barley\n")
    publisher = connect(locked_broker, username="edge", password_file=str(secret))
    wait_until(lambda: publisher.status().state == "refused", "refused")
    secret.unlink()
    wait_until(lambda: "mqtt.password_file: cannot read" in publisher.status().error, "the file is missed")
    secret.write_text("open sesame\n")
    wait_connected(publisher)


def test_a_wrong_password_is_a_refusal_said_once(
    locked_broker: Broker, connect: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "secret").write_text("open barley\n")
    with caplog.at_level(logging.DEBUG, "edge"):
        publisher = connect(locked_broker, username="edge", password_file=str(tmp_path / "secret"))
        wait_until(lambda: publisher.status().state == "refused", "refused")
        log = tmp_path / "mosquitto.log"
        wait_until(lambda: log.read_text().count("not authorised") >= 3, "three attempts")
    assert "refused the connection (Not authorized) of user 'edge'" in publisher.status().error
    assert "check mqtt.username and mqtt.password_file" in publisher.status().error
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "barley" not in caplog.text + publisher.status().error


SERVER = """
import socket, sys
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("ready", flush=True)
while True:
    with server.accept()[0] as connection:
        connection.recv(1000)
        connection.sendall(bytes.fromhex(sys.argv[2]))
"""


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        ("", "away", "closed the connection before it answered; check that mqtt.port is"),
        ("20020003", "refused", r"refused the connection \(Server unavailable\); read the broker"),
    ],
)
def test_servers_that_do_not_take_us_are_told_apart(
    connect: Connect, tmp_path: Path, answer: str, state: str, said: str
) -> None:
    target = Broker(tmp_path)
    command = [sys.executable, "-c", SERVER, str(target.port), answer]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        server.stdout.readline()
        try:
            publisher = connect(target)
            wait_until(lambda: publisher.status().error, "an error")
            assert publisher.status().state == state
            assert re.search(said, publisher.status().error)
        finally:
            server.kill()


def test_a_score_that_is_no_number_is_dropped_and_said_once(
    broker: Broker, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    with Subscriber(broker) as subscriber:
        publisher = connect(broker)
        wait_connected(publisher)
        publisher.put(category_result(score=float("nan")))
        publisher.put(category_result(score=float("nan")))
        publisher.put(category_result())
        assert subscriber.wait_for("/action")[0].json()["seq"] == 3
    assert publisher.status().dropped["action"] == 2
    assert [record.levelname for record in caplog.records if record.levelno >= logging.WARNING] == ["ERROR"]


def test_a_mistake_in_the_settings_is_found_before_the_start() -> None:
    with pytest.raises(ConfigError, match=r"mqtt\.base_topic"):
        Publisher(MqttSettings(base_topic="#"), "pi", RUN_ID)


def test_stop_without_start_is_harmless() -> None:
    publisher = Publisher(MqttSettings(), "pi", RUN_ID)
    publisher.put(pose_result())
    publisher.stop()
    assert publisher.status().connects == 0
