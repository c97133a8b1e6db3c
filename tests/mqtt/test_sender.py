"""In which order what matters is sent, and what becomes of it."""

from __future__ import annotations

import uuid
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from edge.base.backoff import Backoff
from edge.mqtt.backlog import Backlog
from edge.mqtt.connection import RetryPolicy
from edge.mqtt.message import Message
from edge.mqtt.properties import BrokerCapabilities
from edge.mqtt.publisher import Publisher
from edge.mqtt.sender import Reply, Sender
from edge.mqtt.settings import MqttSettings
from tests.broker import Broker, Subscriber, wait_until
from tests.mqtt.running import running
from tests.mqtt.samples import RUN_ID, label_event, label_state, people_event, people_state, pose_result, stats
from tests.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    import pytest

    from edge.mqtt.session import Session
    from edge.types import Stats
    from tests.broker import Place, Seen

DISCOVERY = Message("homeassistant/device/edge_pi/config", b"{}", qos=1, retain=True)


def make(
    place: Place,
    backlog: Backlog | None = None,
    birth: Callable[[], Sequence[Message]] = lambda: [DISCOVERY],
    run_id: str = RUN_ID,
    gather: Callable[[], Stats] | None = None,
) -> Publisher:
    retry_policy = RetryPolicy(Backoff(0.05, 0.1), Backoff(0.05, 0.1))
    settings = MqttSettings(host=place.host, port=place.port)
    return Publisher(
        settings, "pi", run_id, retry_policy=retry_policy, backlog=backlog or Backlog(15), birth=birth, gather=gather
    )


def publishing(place: Place, backlog: Backlog | None = None, **more: Any) -> AbstractContextManager[Publisher]:
    return running(make(place, backlog, **more))


def put_events(publisher: Publisher, count: int) -> None:
    for _ in range(count):
        publisher.put_event(people_event())


def all_confirmed(publisher: Publisher) -> None:
    wait_until(lambda: not publisher.status().waiting, "all events are confirmed")


def came_on(broker: Broker, publisher: Publisher, what: Callable[[], object]) -> list[Seen]:
    """What newly comes, retained messages and the outbox, until the events that are put here are confirmed."""
    with Subscriber(broker) as subscriber:
        what()
        all_confirmed(publisher)
        subscriber.wait_for_payload("/availability", b"online")
        return [m for m in subscriber.seen() if not m.retained and m.payload != b"offline"]


def kinds(messages: Sequence[Seen]) -> list[str]:
    """Their topics, without repetitions of neighbours; stats are somewhere among the states."""
    topics = [message.topic for message in messages]
    assert topics.index("edge/pi/stats") < topics.index("edge/pi/availability")
    return [topic for topic, _ in groupby(topics) if topic != "edge/pi/stats"]


OPENING = [
    "homeassistant/device/edge_pi/config",
    "edge/pi/state/pose",
    "edge/pi/state/action",
    "edge/pi/availability",
]


def tell(publisher: Publisher) -> None:
    put_events(publisher, 40)
    publisher.put_state(people_state(1))
    publisher.put_state(label_state())
    publisher.put_state(people_state(2))


def test_on_each_connection_come_discovery_states_online_and_events(broker: Broker) -> None:
    with Proxy(broker) as proxy, publishing(proxy, gather=stats) as publisher:
        for _ in range(2):
            wait_until(lambda: publisher.status().connected, "connected")
            proxy.shut()
            wait_until(lambda: not publisher.status().connected, "away")
            tell(publisher)
            came = came_on(broker, publisher, proxy.open)
            assert kinds(came) == [*OPENING, "edge/pi/event"]
            assert next(m for m in came if m.topic.endswith("state/pose")).json()["count"] == 2
            seqs = [message.json()["seq"] for message in came if message.topic.endswith("event")]
            assert seqs == list(range(seqs[0], seqs[0] + 40))
    status = publisher.status()
    assert (status.published["event"], status.published["state/pose"], status.dropped["state/pose"]) == (80, 2, 2)


def test_so_they_do_on_the_first_one(broker: Broker) -> None:
    with Subscriber(broker) as subscriber:
        publisher = make(broker, gather=stats)
        tell(publisher)
        publisher.start()
        all_confirmed(publisher)
        subscriber.wait_for("/event", 40)
        publisher.stop()
        subscriber.wait_for_payload("/availability", b"offline")
        assert kinds(subscriber.seen()) == [*OPENING, "edge/pi/event", "edge/pi/availability"]


def test_so_they_do_after_the_broker_has_died_and_forgotten_everything(broker: Broker) -> None:
    with publishing(broker, gather=stats) as publisher:
        tell(publisher)
        all_confirmed(publisher)
        broker.kill()
        wait_until(lambda: not publisher.status().connected, "away")
        put_events(publisher, 3)
        broker.start()
        with Subscriber(broker) as subscriber:
            all_confirmed(publisher)
            subscriber.wait_for("/event", 3)
            assert kinds([message for message in subscriber.seen() if not message.topic.endswith("event")]) == OPENING


def test_so_they_do_where_everything_is_to_be_told_again(broker: Broker) -> None:
    with publishing(broker, gather=stats) as publisher:
        tell(publisher)
        all_confirmed(publisher)

        def renew() -> None:
            publisher.renew()
            wait_until(lambda: publisher.status().published["stats"] == 2, "told again")
            put_events(publisher, 1)

        assert kinds(came_on(broker, publisher, renew)) == [*OPENING, "edge/pi/event"]


def test_so_they_do_where_the_broker_takes_one_at_a_time(tmp_path: Path) -> None:
    with (
        Broker(tmp_path, options=["max_inflight_messages 1"]) as broker,
        # What such a broker has queued for a subscriber may be overtaken; at QoS 0 nothing is queued.
        Subscriber(broker, qos=0) as subscriber,
        publishing(broker, gather=stats) as publisher,
    ):
        tell(publisher)
        all_confirmed(publisher)
        subscriber.wait_for("/event", 40)
        first = {topic: [m.topic for m in subscriber.seen()].index(topic) for topic in OPENING}
        assert list(first) == sorted(first, key=lambda topic: first[topic])


def test_results_wait_for_online(broker: Broker) -> None:
    with Subscriber(broker) as subscriber:
        publisher = make(broker)
        publisher.put_state(people_state(1))
        publisher.start()

        def is_seen() -> bool:
            publisher.put(pose_result())
            return bool(subscriber.seen("pi/pose"))

        wait_until(is_seen, "a result")
        publisher.stop()
        topics = [message.topic for message in subscriber.seen()]
    assert topics.index("edge/pi/availability") < topics.index("edge/pi/pose")


def test_stats_that_cannot_be_gathered_hold_up_nothing_else(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Stats:
        raise OSError("no /proc")

    with Subscriber(broker) as subscriber, publishing(broker, gather=fail) as publisher:
        publisher.put_state(people_state(1))
        subscriber.wait_for_payload("/availability", b"online")
        subscriber.wait_for("state/pose")
    assert caplog.text.count("could not be published") == 1


def test_a_state_that_is_sent_again_is_the_same_message(broker: Broker) -> None:
    with publishing(broker) as publisher, Subscriber(broker, "edge/pi/state/pose") as subscriber:
        publisher.put_state(people_state(1))
        first = subscriber.wait_for("/pose")[0]
        publisher.renew()
        again = subscriber.wait_for("/pose", 2)[1]
        assert again.payload == first.payload
    assert publisher.status().published["state/pose"] == 1


def test_what_a_connection_begins_with_can_be_sent_again(broker: Broker) -> None:
    births = iter(range(100))

    def birth() -> list[Message]:
        return [replace(DISCOVERY, payload=b'{"n":%d}' % next(births))]

    with Subscriber(broker, "homeassistant/#") as subscriber, publishing(broker, birth=birth) as publisher:
        subscriber.wait_for("/config")
        publisher.renew(after_s=0.1)
        assert [message.payload for message in subscriber.wait_for("/config", 2)] == [b'{"n":0}', b'{"n":1}']


def test_events_told_just_before_the_end_are_sent(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge.mqtt.publisher.STOP_S", 10.0)  # a busy machine takes longer than a stop may
    with Subscriber(broker, "edge/pi/#") as subscriber:
        with publishing(broker) as publisher:
            wait_until(lambda: publisher.status().connected, "connected")
            put_events(publisher, 100)
        subscriber.wait_for_payload("/availability", b"offline")
        assert len(subscriber.seen("/event")) == 100
    assert publisher.status().published["event"] == 100


def test_a_broker_that_takes_few_at_once_gets_them_one_by_one(tmp_path: Path) -> None:
    with (
        Broker(tmp_path, options=["max_inflight_messages 2"]) as broker,
        Subscriber(broker, "edge/pi/event") as subscriber,
        publishing(broker) as publisher,
    ):
        put_events(publisher, 50)
        assert len(subscriber.wait_for("/event", 50)) == 50
        all_confirmed(publisher)
        assert publisher.status().connects == 1


def test_events_that_the_broker_will_not_have_are_counted_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "acl").write_text("topic write edge/pi/availability\ntopic write edge/pi/state/#\n")
    with Broker(tmp_path, options=[f"acl_file {tmp_path / 'acl'}"]) as broker, publishing(broker) as publisher:
        put_events(publisher, 3)
        wait_until(lambda: publisher.status().lost == 3, "three refused")
    assert (publisher.status().waiting, publisher.status().dropped["event"]) == (0, 3)
    assert caplog.text.count("does not let us publish on edge/pi/event (Not authorized); allow it") == 1


def test_a_state_that_the_broker_will_not_have_is_said_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "acl").write_text("topic write edge/pi/availability\n")
    sentence = "does not let us publish on edge/pi/state/pose (Not authorized); allow it"
    with Broker(tmp_path, options=[f"acl_file {tmp_path / 'acl'}"]) as broker, publishing(broker) as publisher:
        for count in (1, 2, 3):
            publisher.put_state(people_state(count))
        wait_until(lambda: sentence in caplog.text, "it is said")
        publisher.renew()
    assert caplog.text.count(sentence) == 1


def test_what_cannot_be_made_silences_nobody(broker: Broker, caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> list[Message]:
        raise RuntimeError("no birth")

    with Subscriber(broker, "edge/pi/#") as subscriber, publishing(broker, birth=fail) as publisher:
        publisher.put_event(replace(people_event(), since_ns=None))  # type: ignore[arg-type]
        publisher.put_event(people_event())
        publisher.put_state(people_state(1))
        assert subscriber.wait_for("/event")[0].json()["seq"] == 2
        subscriber.wait_for("/state/pose")
    assert caplog.text.count("a message could not be published") == 1


def test_what_waits_goes_to_the_next_broker(tmp_path: Path, broker: Broker) -> None:
    nobody = Broker(tmp_path)
    backlog = Backlog(15)
    with publishing(nobody, backlog) as publisher:
        put_events(publisher, 2)
        publisher.put_state(people_state(3))
        wait_until(lambda: publisher.status().waiting == 2, "two wait")
    with Subscriber(broker, "edge/pi/#") as subscriber, publishing(broker, backlog) as publisher:
        publisher.put_event(label_event())
        assert [message.json()["seq"] for message in subscriber.wait_for("/event", 3)] == [1, 2, 3]
        assert subscriber.wait_for("/state/pose")[0].json()["count"] == 3


def test_what_is_told_to_a_publisher_that_has_stopped_its_successor_tells(broker: Broker) -> None:
    backlog = Backlog(15)
    with Subscriber(broker, "edge/pi/#") as subscriber:
        with publishing(broker, backlog) as old:
            put_events(old, 1)
        put_events(old, 2)  # by a thread that had just looked which one is in force
        old.put_state(people_state(3))
        with publishing(broker, backlog) as new:
            put_events(new, 1)
            assert [message.json()["seq"] for message in subscriber.wait_for("/event", 4)] == [1, 2, 3, 4]
            assert subscriber.wait_for("/state/pose")[0].json()["count"] == 3
            all_confirmed(new)


def test_persisted_events_come_before_those_of_this_run(tmp_path: Path, broker: Broker) -> None:
    nobody = Broker(tmp_path)
    settings = MqttSettings(persist_events=True)
    environ = {"STATE_DIRECTORY": str(tmp_path / "state")}
    earlier = str(uuid.UUID(int=1))
    backlog = Backlog.of(settings, environ)
    with publishing(nobody, backlog, run_id=earlier) as publisher:
        put_events(publisher, 3)
    backlog.close()
    backlog = Backlog.of(settings, environ)
    with Subscriber(broker, "edge/pi/event") as subscriber, publishing(broker, backlog) as publisher:
        put_events(publisher, 2)
        events = [message.json() for message in subscriber.wait_for("/event", 5)]
        all_confirmed(publisher)
    backlog.close()
    assert [(event["run_id"], event["seq"]) for event in events] == [
        *((earlier, seq) for seq in (1, 2, 3)),
        *((RUN_ID, seq) for seq in (1, 2)),
    ]
    assert Backlog.of(settings, environ).outbox.waiting == 0


class HangingUp:
    """In the place of a session: what has more than 4096 bytes ends it while it is being written."""

    capabilities = BrokerCapabilities()

    def __init__(self) -> None:
        self.alive = True
        self.sent: list[str] = []

    def send(self, message: Message) -> int | None:
        if len(message.payload) > 4096:
            self.alive = False
            return None
        self.sent.append(message.topic)
        return len(self.sent)


def test_an_answer_whose_writing_ends_the_connection_is_answered_on_the_next_one() -> None:
    sender = Sender(Backlog(15), "edge/pi/", list)
    first, second = HangingUp(), HangingUp()
    sender.begin(cast("Session", first))
    sender.send_due()
    picture = Reply(
        Message("response/snapshot", bytes(5000)), instead=lambda: Message("response/snapshot", b"too large")
    )
    assert sender.reply(picture)
    sender.send_due()
    assert (first.alive, first.sent) == (False, ["edge/pi/availability"])
    for session in (second, HangingUp()):  # once is enough
        sender.begin(cast("Session", session))
        sender.send_due()
    assert second.sent == ["edge/pi/availability", "response/snapshot"]
    assert session.sent == ["edge/pi/availability"]
