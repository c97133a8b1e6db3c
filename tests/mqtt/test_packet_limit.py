"""A broker that does not take every message gets all others."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

import pytest

from edge.base.backoff import Backoff
from edge.messages.request import Response
from edge.mqtt.broker_address import Address
from edge.mqtt.connection import RetryPolicy
from edge.mqtt.failure import LOST
from edge.mqtt.message import Message
from edge.mqtt.packet_limit import DOUBTS, HELD_S, STRIKES, SUDDEN_S, TOO_LARGE, PacketLimit, packet_size
from edge.mqtt.publisher import Publisher
from edge.mqtt.settings import MqttSettings
from tests.broker import Broker, Subscriber, wait_until
from tests.mqtt.running import running
from tests.mqtt.samples import RUN_ID, people_event, people_state, stats
from tests.mqtt.scripted import PUBLISH, ScriptedBroker
from tests.mqtt.test_connection import Callbacks, quick
from tests.mqtt.test_protocol import connecting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.broker import Place
    from tests.mqtt.scripted import Peer

ADDRESS = Address("broker.lan", 1883, 30)
DISCOVERY = Message("homeassistant/device/pi/config", bytes(15_000), qos=1, retain=True)


class Limit(PacketLimit):
    """With a clock of its own."""

    def __init__(self) -> None:
        self.now_s = 0.0
        super().__init__(ADDRESS, lambda: self.now_s)

    def session(self, *messages: tuple[str, int], answered: int = 0, reason: str = LOST, held_s: float = 0.1) -> None:
        """One connection: what was sent, how many of it were answered to, and how it ended."""
        self.begin(None)
        for number, (topic, size) in enumerate(messages, 1):
            self.awaits(number, self.sending(topic, size))
            if number <= answered:
                self.answered(number)
        self.end(reason, held_s)


def test_what_is_larger_than_the_broker_says_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    limit = Limit()
    limit.begin(4096)
    assert limit.admits("edge/pi/pose", 4096)
    assert [limit.admits("edge/pi/pose", 4097) for _ in range(3)] == [False] * 3
    told = limit.notice
    assert told == (
        "the MQTT broker at broker.lan:1883 takes packets of at most 4096 bytes: the 4097 bytes on edge/pi/pose are "
        "left out; raise its limit (mosquitto: max_packet_size, message_size_limit)"
    )
    assert caplog.text.count("edge/pi/pose") == 1
    limit.begin(1000)  # lowered: that is news
    assert not limit.admits("edge/pi/pose", 4097)
    assert "at most 1000" in limit.notice
    limit.begin(None)
    assert limit.admits("edge/pi/pose", 10_000_000)
    assert not limit.notice


def test_a_message_after_which_the_broker_hangs_up_again_and_again_is_left_out() -> None:
    limit = Limit()
    for _ in range(STRIKES):
        assert limit.admits("config", 15_000)
        limit.session(("online", 40), ("config", 15_000), answered=1)
    assert not limit.admits("config", 15_000)
    assert not limit.admits("other", 15_000)
    assert limit.admits("other", 14_999)


def test_what_the_broker_has_answered_to_is_not_suspected() -> None:
    limit = Limit()
    for _ in range(3 * STRIKES):
        limit.session(("online", 40), ("config", 15_000), answered=2)
    assert limit.admits("config", 15_000)


def test_an_answer_to_a_later_message_speaks_for_those_before() -> None:
    limit = Limit()
    for _ in range(3 * STRIKES):
        limit.begin(None)
        limit.sending("stats", 9_000)
        limit.awaits(2, limit.sending("event", 500))
        limit.answered(2)
        limit.end(LOST, 1.0)
    assert limit.admits("stats", 9_000)


def test_a_broker_may_hang_up_before_the_sender_goes_on() -> None:
    limit = Limit()
    for _ in range(STRIKES):
        limit.begin(None)
        message = limit.sending("config", 15_000)
        limit.end(LOST, 0.1)
        limit.awaits(1, message)
    assert not limit.admits("config", 15_000)


def test_an_answer_may_be_quicker_than_the_note_of_what_was_sent() -> None:
    limit = Limit()
    for _ in range(3 * STRIKES):
        limit.begin(None)
        message = limit.sending("config", 15_000)
        limit.answered(1)
        limit.awaits(1, message)
        limit.end(LOST, 1.0)
    assert limit.admits("config", 15_000)


def test_a_connection_that_goes_on_speaks_for_what_was_sent() -> None:
    limit = Limit()
    for _ in range(3 * STRIKES):
        limit.begin(None)
        limit.sending("stats", 9_000)
        limit.now_s += SUDDEN_S + 1
        limit.end(LOST, SUDDEN_S + 1)
    assert limit.admits("stats", 9_000)


@pytest.mark.parametrize("reason", ["Keep alive timeout", "Session taken over", "Server shutting down"])
def test_a_broker_that_gives_another_reason_is_believed(reason: str) -> None:
    limit = Limit()
    for _ in range(3 * STRIKES):
        limit.session(("config", 15_000), reason=reason)
    assert limit.admits("config", 15_000)


def test_a_broker_that_gives_this_reason_is_believed_at_once() -> None:
    limit = Limit()
    limit.session(("config", 15_000), reason=TOO_LARGE)
    assert not limit.admits("config", 15_000)


def test_losses_between_which_all_went_well_are_chance() -> None:
    limit = Limit()
    for _ in range(STRIKES):
        limit.session(("config", 15_000))
        limit.session(("config", 15_000), answered=1)
    assert limit.admits("config", 15_000)


def test_a_stream_is_not_suspected_when_its_broker_is_killed_again_and_again() -> None:
    limit = Limit()
    for number in range(3 * STRIKES):
        limit.begin(None)
        for frame in range(60):  # 2 s of results, a little longer or shorter each
            limit.sending("pose", 1300 + (7 * (number + frame)) % 5)
            limit.now_s += 1 / 30
        limit.end(LOST, 2.0)
    assert limit.admits("pose", 1304)


def test_a_limit_that_was_lowered_is_found_in_the_end() -> None:
    limit = Limit()
    limit.session(("config", 15_000), answered=1)
    for _ in range(DOUBTS + STRIKES):
        assert limit.admits("config", 15_000)
        limit.session(("config", 15_000))
    assert not limit.admits("config", 15_000)


def test_after_a_connection_that_held_the_limit_is_tried_once(caplog: pytest.LogCaptureFixture) -> None:
    """The broker may have been started again with a higher one."""
    limit = Limit()
    for _ in range(STRIKES):
        limit.session(("config", 15_000))
    for _ in range(2):
        limit.session(("online", 40), answered=1, held_s=HELD_S)
        assert limit.admits("config", 15_000)
        assert not limit.notice
        limit.session(("config", 15_000))
        assert not limit.admits("config", 15_000)
    assert caplog.text.count("on config are left out") == 1


@pytest.mark.parametrize("payload", [0, 100, 119, 120, 16_300, 16_400, 2_097_150])
def test_the_size_of_a_packet_is_what_goes_over_the_wire(payload: int) -> None:
    sizes: list[int] = []

    def talk(peer: Peer) -> None:
        peer.accept()
        while True:
            packet = peer.read()
            if packet.kind == PUBLISH and packet.topic == "edge/pi/pose":
                sizes.append(packet.size)
            peer.answer(packet)

    callbacks = Callbacks()
    with ScriptedBroker(talk) as stub, connecting(stub, callbacks, "3.1.1"):
        wait_until(lambda: callbacks.sessions, "connected")
        callbacks.sessions[0].send(Message("edge/pi/pose", bytes(payload), qos=1))
        wait_until(lambda: sizes, "arrived")
    assert sizes == [packet_size("edge/pi/pose", bytes(payload), has_number=True, properties=0)]


# With a real broker.


@pytest.fixture(params=["max_packet_size", "message_size_limit"])
def small(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    with Broker(tmp_path, options=[f"{request.param} 4096"]) as broker:
        yield broker


def publishing(
    place: Place, protocol: str, *births: Message, retry_policy: RetryPolicy | None = None
) -> AbstractContextManager[Publisher]:
    settings = MqttSettings(host=place.host, port=place.port, protocol=protocol)  # type: ignore[arg-type]
    return running(Publisher(settings, "pi", RUN_ID, retry_policy=retry_policy or quick(), birth=lambda: births))


def put_all(publisher: Publisher) -> None:
    publisher.put_state(people_state(1))
    publisher.put_event(people_event())
    publisher.put_stats(stats())


def arrived(subscriber: Subscriber) -> set[str]:
    return {each.topic.removeprefix("edge/pi/") for each in subscriber.seen()}


def settled(publisher: Publisher, subscriber: Subscriber, topics: set[str]) -> bool:
    """Whether messages on these topics arrive."""
    put_all(publisher)
    return publisher.status().connected and topics <= arrived(subscriber)


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_one_message_that_is_too_large_holds_up_no_other(
    small: Broker, protocol: str, caplog: pytest.LogCaptureFixture
) -> None:
    with Subscriber(small) as subscriber, publishing(small, protocol, DISCOVERY) as publisher:
        wait_until(lambda: settled(publisher, subscriber, {"state/pose", "event", "stats"}), "the others arrive")
        connects = publisher.status().connects
        publisher.renew()
        wait_until(lambda: not publisher.status().waiting, "all events are confirmed")
        assert publisher.status().connects == connects <= STRIKES + 1
    is_silent = protocol == "3.1.1" and "message_size_limit" in (small._folder / "mosquitto.conf").read_text()
    if not is_silent:  # there the broker says that it took the message, and throws it away
        assert caplog.text.count("bytes on homeassistant/device/pi/config are left out; raise its limit") == 1
        assert any("raise its limit" in notice for notice in publisher.status().notices)
    assert not subscriber.seen("/config")


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
@pytest.mark.parametrize(
    ("limit", "passing"),
    [(300, {"availability"}), (600, {"availability", "state/pose", "event"})],
    ids=["below events", "below stats"],
)
def test_whatever_the_limit_what_is_smaller_flows(tmp_path: Path, protocol: str, limit: int, passing: set[str]) -> None:
    with (
        Broker(tmp_path, options=[f"max_packet_size {limit}"]) as broker,
        Subscriber(broker) as subscriber,
        publishing(broker, protocol, DISCOVERY) as publisher,
    ):
        wait_until(lambda: settled(publisher, subscriber, passing) and publisher.status().notices, "what is small")
        wait_until(lambda: not publisher.status().waiting, "no event waits for ever")
        if "event" not in passing:
            wait_until(lambda: publisher.status().dropped["event"], "those that are too large are counted as dropped")
    assert arrived(subscriber) == passing


@pytest.fixture(params=["5 max_packet_size", "5 message_size_limit", "3.1.1 max_packet_size"])
def answering(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Publisher, Broker]]:
    """A publisher at a broker that takes 4096 bytes; of "3.1.1 message_size_limit" nobody is told."""
    protocol, limit = request.param.split()
    with Broker(tmp_path, options=[f"{limit} 4096"]) as broker, publishing(broker, protocol) as publisher:
        wait_until(lambda: publisher.status().connected, "connected")
        yield publisher, broker


def snapshot_of(size: int, transaction: str) -> Response:
    picture = {"content_type": "image/jpeg", "width": 1, "height": 1, "data": base64.b64encode(bytes(size)).decode()}
    return Response("snapshot", transaction, picture)


def answers(subscriber: Subscriber, transaction: str) -> list[dict[str, Any]]:
    found = [message.json() for message in subscriber.seen("/response/snapshot")]
    return [answer for answer in found if answer["transaction"] == transaction]


def test_an_answer_that_is_too_large_is_answered_with_an_error(answering: tuple[Publisher, Broker]) -> None:
    publisher, broker = answering
    with Subscriber(broker) as subscriber:
        for number in range(STRIKES + 2):  # as often as a broker hangs up, and when it is known
            transaction = str(number)

            def is_answered() -> bool:  # the plain picture may end the connection at any time, and with it an answer
                publisher.put_response(snapshot_of(100_000, transaction))  # noqa: B023
                time.sleep(0.5)
                return bool(answers(subscriber, transaction))  # noqa: B023

            wait_until(lambda: publisher.status().connected, "connected")
            wait_until(is_answered, "an answer")
            answer = answers(subscriber, transaction)[0]
            assert not answer["ok"]
            assert answer["error"]["code"] == "too_large"
            assert "did not take the answer, which has 133" in answer["error"]["message"]
            assert "raise its limit" in answer["error"]["message"]

        def arrives() -> bool:  # the plain picture, too, has to end some connections
            publisher.put_response(snapshot_of(100, "small"))
            time.sleep(0.1)
            return bool(answers(subscriber, "small"))

        wait_until(arrives, "a small one")
        assert answers(subscriber, "small")[0]["ok"]


def test_an_answer_that_may_not_be_sent_is_no_endless_loop(tmp_path: Path) -> None:
    (tmp_path / "acl").write_text("topic readwrite edge/pi/stats\ntopic write edge/pi/availability\n")
    with Broker(tmp_path, options=[f"acl_file {tmp_path / 'acl'}"]) as broker, publishing(broker, "5") as publisher:
        wait_until(lambda: publisher.status().connected, "connected")
        publisher.put_response(snapshot_of(100, "mine"))
        wait_until(lambda: any("response/snapshot" in notice for notice in publisher.status().notices), "that is said")
        wait_until(lambda: not publisher._sender.under_way, "all is answered")
        assert publisher.status().connected


def test_what_was_learnt_by_losses_does_not_have_to_be_waited_for(tmp_path: Path) -> None:
    """Each message that is too large costs some connections: those are no reason to wait longer and longer."""
    births = [Message(f"edge/pi/{size}", bytes(size), qos=1) for size in range(6000, 300, -1000)]
    quick = Backoff(0.01, 3600.0, chance=lambda: 1.0)  # when it was doubled 18 times, it is three quarters of an hour
    with (
        Broker(tmp_path, options=["max_packet_size 300"]) as broker,
        publishing(broker, "3.1.1", *births, retry_policy=RetryPolicy(quick, quick)),
        Subscriber(broker) as subscriber,
    ):
        subscriber.wait_for_payload("/availability", b"online")


def test_a_limit_below_the_least_that_we_have_to_say_is_said() -> None:
    def talk(peer: Peer) -> None:
        peer.accept(bytes.fromhex("2700000014"))  # 20 bytes
        peer.serve()

    with ScriptedBroker(talk) as stub, publishing(stub, "5") as publisher:
        wait_until(lambda: publisher.status().error, "an error")
        assert "takes packets of at most 20 bytes" in publisher.status().error
        assert publisher.status().state == "refused"


def test_a_limit_may_be_another_on_the_next_connection(caplog: pytest.LogCaptureFixture) -> None:
    limits = iter(["2700000fa0", "270000012c", ""])  # 4000 and 300 bytes
    got: list[set[str]] = []

    def talk(peer: Peer) -> None:
        peer.accept(bytes.fromhex(next(limits, "")))
        got.append(set())
        online = "edge/pi/availability"
        wanted = [{online, "edge/pi/state/pose"}, {online}, {"nothing"}][len(got) - 1]
        while not wanted <= got[-1]:
            packet = peer.read()
            if packet.kind == PUBLISH:
                got[-1].add(packet.topic)
            peer.answer(packet)

    with ScriptedBroker(talk) as stub, publishing(stub, "5", DISCOVERY) as publisher:
        publisher.put_state(people_state(1))
        wait_until(lambda: len(got) == 3 and DISCOVERY.topic in got[2], "without a limit all is sent")
        assert got[0] == {"edge/pi/availability", "edge/pi/state/pose"}
        assert got[1] == {"edge/pi/availability"}
    assert "at most 4000 bytes" in caplog.text
