"""Two appliances with one name, and one that only looks like two."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from edge.base.backoff import Backoff
from edge.mqtt.connection import RetryPolicy
from edge.mqtt.duplicate import LONGEST_QUIET_S, QUIET_S, WINDOW_S, DuplicateDetector
from edge.mqtt.message import Received
from edge.mqtt.publisher import Publisher
from edge.mqtt.settings import MqttSettings
from tests.broker import Subscriber, wait_until
from tests.mqtt.running import running
from tests.mqtt.samples import stats
from tests.proxy import Proxy

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tests.broker import Broker, Place

OURS, THEIRS, EARLIER = (f"{digit * 8}-0000-4000-8000-000000000000" for digit in "123")


class Watch(DuplicateDetector):
    """With a clock of its own."""

    def __init__(self) -> None:
        self.now_s = 0.0
        super().__init__("pi-9f3c", OURS, lambda: self.now_s)

    def sees(self, run_id: str, seq: int) -> bool:
        """Whether a second appliance is told after this message."""
        self.take(Received("edge/pi/stats", json.dumps({"run_id": run_id, "seq": seq}).encode(), retained=True))
        return bool(self.notice)


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_another_run_beside_our_own_is_another_appliance(watch: Watch) -> None:
    assert not watch.sees(OURS, 1)
    assert not watch.sees(THEIRS, 7)
    assert not watch.sees(OURS, 2)
    assert watch.sees(THEIRS, 8)
    assert "pi-9f3c" in watch.notice
    assert "sudo edge config set device.id NAME" in watch.notice
    assert "systemd-machine-id-setup" in watch.notice


def test_what_an_earlier_run_has_left_is_none(watch: Watch) -> None:
    assert not any(watch.sees(EARLIER, 100 + count) for count in range(5))
    for count in range(5):  # a broker that was killed gives out again what it had on its disk
        assert not watch.sees(OURS, count)
        assert not watch.sees(EARLIER, 104)


def put_out(watch: Watch, *, after_s: float, away_s: float = 1.0) -> None:
    """A connection that the other ends, and our wait until the next."""
    watch.connected()
    watch.now_s += after_s
    watch.disconnected(taken_over=True)
    watch.now_s += away_s


def test_being_put_out_once_is_chance_and_twice_is_not(watch: Watch) -> None:
    put_out(watch, after_s=3600.0)
    assert not watch.notice
    put_out(watch, after_s=WINDOW_S / 2)
    assert watch.notice


def test_signs_that_lie_far_apart_are_chance_and_a_notice_ends(watch: Watch) -> None:
    for _ in range(5):
        put_out(watch, after_s=10.0, away_s=WINDOW_S)
        assert not watch.notice
    put_out(watch, after_s=10.0)
    put_out(watch, after_s=10.0)
    assert watch.notice
    watch.now_s += WINDOW_S
    assert not watch.notice


def test_the_notice_ends_when_a_connection_is_left_alone_for_longer_than_before(watch: Watch) -> None:
    put_out(watch, after_s=3600.0)
    put_out(watch, after_s=2.0)
    watch.connected()
    watch.now_s += QUIET_S - 1
    assert watch.notice
    watch.now_s += 2
    assert not watch.notice


def test_one_that_takes_its_time_is_waited_for(watch: Watch) -> None:
    """Each wait of the other may be four times the one before, up to five minutes."""
    for held_s in (3600.0, 1.0, 15.0, 60.0, 240.0, 150.0, 300.0, 150.0, 300.0):
        watch.connected()
        watch.now_s += held_s
        assert bool(watch.notice) == (held_s not in {3600.0, 1.0}), held_s
        watch.disconnected(taken_over=True)
        watch.now_s += 300.0
    watch.connected()
    watch.now_s += LONGEST_QUIET_S + 1
    assert not watch.notice


def test_a_connection_that_breaks_after_the_other_has_gone_is_no_duplicate(watch: Watch) -> None:
    put_out(watch, after_s=1.0)
    put_out(watch, after_s=1.0)
    watch.connected()
    watch.now_s += QUIET_S + 1
    watch.disconnected(taken_over=False)
    assert not watch.notice
    watch.connected()
    watch.now_s += 1
    watch.disconnected(taken_over=True)
    assert not watch.notice, "it begins anew"


def test_the_other_may_come_back_after_the_notice_has_ended(watch: Watch) -> None:
    put_out(watch, after_s=1.0)
    put_out(watch, after_s=1.0)
    watch.connected()
    watch.now_s += QUIET_S + 1
    assert not watch.notice
    watch.disconnected(taken_over=True)
    assert watch.notice


def test_one_that_is_seen_beside_us_again_and_again_stays_seen(watch: Watch) -> None:
    """Two brokers with a bridge between them let both in."""
    watch.connected()
    assert not watch.sees(OURS, 1)
    assert not watch.sees(THEIRS, 1)
    for count in range(2, 20):
        watch.now_s += 300.0
        assert watch.sees(THEIRS, count)
        watch.now_s += 299.0
        assert watch.notice


@pytest.mark.parametrize(
    "payload",
    [
        *(b"", b"[]", b"{}", b"null", b"\xff", b"1" * 5_000, b"[" * 100_000, "\ufeff{}".encode()),
        *(b'{"seq": 1}', b'{"run_id": "a", "seq": null}', b'{"run_id": "a", "seq": [1]}'),
        *(b'{"run_id": "a", "seq": 1e400}', b'{"run_id": "a", "seq": NaN}', b'{"run_id": "a", "seq": "1e400"}'),
    ],
)
def test_what_is_no_message_of_edge_is_no_sign_and_no_error(watch: Watch, payload: bytes) -> None:
    assert not watch.sees(OURS, 1)
    for _ in range(3):
        watch.take(Received("edge/pi/stats", payload, retained=False))
    assert not watch.notice


# On a real broker.


def appliance(place: Place, run_id: str, protocol: str) -> AbstractContextManager[Publisher]:
    """One that comes back at once, and slowly where only a person can help."""
    settings = MqttSettings(host=place.host, port=place.port, protocol=protocol)  # type: ignore[arg-type]
    retry_policy = RetryPolicy(Backoff(0.1, 0.3), Backoff(30.0, 300.0))
    return running(Publisher(settings, "pi", run_id, retry_policy=retry_policy))


def knows(publisher: Publisher) -> bool:
    publisher.put_stats(stats())
    status = publisher.status()
    return "another appliance" in " ".join([status.error, *status.notices])


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_both_are_told_and_stop_putting_each_other_out(
    broker: Broker, protocol: str, caplog: pytest.LogCaptureFixture
) -> None:
    with appliance(broker, OURS, protocol) as one, appliance(broker, THEIRS, protocol) as other:
        wait_until(lambda: all([knows(one), knows(other)]), "both know")
        wait_until(lambda: "connected" in {one.status().state, other.status().state}, "one is connected")
        connects = one.status().connects + other.status().connects
        time.sleep(1.0)
        assert one.status().connects + other.status().connects <= connects + 1
    assert "another appliance is at this broker under the same name, pi" in caplog.text


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_an_appliance_that_was_killed_and_started_again_is_one(broker: Broker, protocol: str) -> None:
    """Its connections break, the broker keeps what the run before has said, and may still hold its connection."""
    with Proxy(broker) as proxy, appliance(proxy, EARLIER, protocol) as earlier:
        with Subscriber(broker, "edge/pi/stats") as subscriber:
            wait_until(lambda: not knows(earlier) and subscriber.seen(), "the earlier run has said something")
        proxy.swallow()  # half open, as after a power cut
        with Proxy(broker) as line, appliance(line, OURS, protocol) as publisher:
            for connects in (1, 2, 3):
                wait_until(lambda: publisher.status().connects == connects, "connected")  # noqa: B023
                for _ in range(5):
                    assert not knows(publisher)
                    time.sleep(0.02)
                line.shut()
                wait_until(lambda: not publisher.status().connected, "away")
                line.open()
        proxy.shut()
