"""A broker that is killed, hangs, refuses, and a network that swallows: what matters arrives all the same.

The publisher reaches the broker through a proxy, the witness directly. The proxy opens only when the witness has
subscribed, and mosquitto writes to its subscribers before it confirms: so the witness sees all that was confirmed.
"""

from __future__ import annotations

import gc
import os
import random
import threading
import time
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pytest

from edge.base.backoff import Backoff
from edge.mqtt.backlog import Backlog
from edge.mqtt.connection import RetryPolicy
from edge.mqtt.publisher import Publisher
from edge.mqtt.session import Session
from edge.mqtt.settings import MqttSettings
from tests.broker import Broker, Subscriber, wait_until
from tests.mqtt.samples import RUN_ID, label_state, people_event, people_state, pose_result, stats
from tests.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.mqtt.publisher import PublisherStatus

KILLS = int(os.environ.get("EDGE_BROKER_KILLS", "10"))
RATE_HZ = 30
GOES_ON = 25
"""So many results the feeder puts in less than a second; were each to wait for the broker that is away, it would take
longer than a test is waited for."""
GROWTH_LIMIT_MB = 30.0


def event_id(number: int) -> str:
    """Of the form that ids have, and in order."""
    return f"{number:026d}"


class Feeder:
    """What the pipeline does: 30 results a second, an event with each third, a new state with each tenth."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.events = 0
        self.people = 0
        self.ticks = 0

    def start(self) -> None:
        self._publisher.put_state(label_state(name="lasts"))  # this one never changes
        self._publisher.put_state(people_state(0))
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        result, event = pose_result(), people_event("update")
        while not self._stopping.wait(1 / RATE_HZ):
            self.ticks = tick = self.ticks + 1
            self._publisher.put(result)
            if tick % 3 == 0:
                self.events += 1
                self._publisher.put_event(replace(event, id=event_id(self.events)))
            if tick % 10 == 0:
                self.people += 1
                self._publisher.put_state(people_state(self.people))
            if tick % 300 == 0:
                self._publisher.put_stats(stats())

    def goes_on(self) -> None:
        """Wait until it has put a number of results, all while the broker is in the same trouble."""
        wanted = self.ticks + GOES_ON
        wait_until(lambda: self.ticks >= wanted, "the feeder goes on")


class Witness:
    """Remembers events over all lives of the broker: ``(id, seq)`` in the order they came."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._subscriber: Subscriber | None = None
        self.seen: list[tuple[str, int]] = []

    def arrive(self) -> None:
        self._subscriber = Subscriber(self._broker, "edge/pi/event", qos=0)
        self._subscriber.__enter__()

    def leave(self) -> None:
        """Take what came until the broker went, or now hangs up."""
        if self._subscriber:
            self._subscriber.__exit__(None)
            self.seen += [(message.json()["id"], message.json()["seq"]) for message in self._subscriber.seen()]
            self._subscriber = None

    def outlive_the_broker(self) -> None:
        assert self._subscriber
        subscriber = self._subscriber
        wait_until(lambda: not subscriber.connected, "the witness sees the broker go")
        self.leave()


class Chaos:
    """A publisher at work, and what can happen to it."""

    def __init__(self, folder: Path, proxy: Proxy, broker: Broker, publisher: Publisher, feeder: Feeder) -> None:
        self._broker, self._proxy, self._publisher, self._feeder = broker, proxy, publisher, feeder
        (folder / "strict").mkdir()
        self._strict = Broker(folder / "strict", users={"somebody": "else"}, port=broker.port)
        self._witness = Witness(broker)
        self._witness.arrive()
        self.seen = self._witness.seen

    def kill(self) -> None:
        self._broker.kill()
        self._come_back()

    def kill_hanging(self) -> None:
        self._broker.freeze()
        self._feeder.goes_on()
        self._broker.kill()
        self._come_back()

    def kill_and_refuse(self) -> None:
        self._broker.kill()
        self._witness.outlive_the_broker()
        with self._strict:
            wait_until(lambda: self._publisher.status().state == "refused", "refused")
            self._feeder.goes_on()
            self._proxy.shut()
            self._strict.kill()
        self._begin_again()

    def hang(self) -> None:
        self._broker.freeze()
        time.sleep(random.uniform(0.0, 3.0))  # noqa: S311
        self._feeder.goes_on()
        self._broker.thaw()

    def swallow(self) -> None:
        connects = self._publisher.status().connects
        self._proxy.swallow()
        self._feeder.goes_on()
        wait_until(lambda: self._publisher.status().connects > connects, "noticed, and connected anew")

    def end(self) -> None:
        self._witness.leave()

    def _come_back(self) -> None:
        self._proxy.shut()
        self._witness.outlive_the_broker()
        self._feeder.goes_on()
        self._begin_again()

    def _begin_again(self) -> None:
        self._broker.start()
        self._witness.arrive()
        self._proxy.open()


@pytest.fixture
def publisher_and_proxy(broker: Broker) -> Iterator[tuple[Publisher, Proxy]]:
    with Proxy(broker) as proxy:
        settings = MqttSettings(host=proxy.host, port=proxy.port, keepalive_s=1, max_rate_hz=100)
        retry_policy = RetryPolicy(Backoff(0.05, 0.2), Backoff(0.05, 0.2))
        publisher = Publisher(settings, "pi", RUN_ID, retry_policy=retry_policy)
        publisher.start()
        wait_until(lambda: publisher.status().connected, "connected")
        yield publisher, proxy
        publisher.stop()


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_event_is_lost_whatever_happens_to_the_broker(
    tmp_path: Path, broker: Broker, publisher_and_proxy: tuple[Publisher, Proxy]
) -> None:
    publisher, proxy = publisher_and_proxy
    others = sessions() - 1  # what tests before this one in the same process have left is not ours
    feeder = Feeder(publisher)
    chaos = Chaos(tmp_path, proxy, broker, publisher, feeder)
    feeder.start()
    memory_mb: list[float] = []
    for number in range(KILLS):
        (chaos.kill, chaos.kill_hanging, chaos.kill, chaos.kill_and_refuse)[number % 4]()
        check_states_are_right_soon(broker, publisher, feeder)
        if number % 4 == 1:
            (chaos.hang, chaos.swallow)[number // 4 % 2]()
            check_states_are_right_soon(broker, publisher, feeder)
        memory_mb.append(resident_mb())
    feeder.stop()
    wait_until(lambda: publisher.status().waiting == 0, "the outbox is empty")
    time.sleep(2.0)  # the broker has all of them; so that the witness, too, has what is on its way
    status = publisher.status()
    chaos.end()
    check_events(chaos.seen, feeder.events, status)
    assert growth_mb(memory_mb) < GROWTH_LIMIT_MB
    assert sessions() - others <= 3


def check_events(seen: list[tuple[str, int]], count: int, status: PublisherStatus) -> None:
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for id_, seq in seen:
        numbers[id_].add(seq)
    assert sorted(numbers) == [event_id(number) for number in range(1, count + 1)]
    assert all(len(seqs) == 1 for seqs in numbers.values()), "a duplicate carries the same seq"
    firsts = list(dict.fromkeys(seq for _, seq in seen))
    assert all(earlier < later for earlier, later in pairwise(firsts)), "in order, but for duplicates"
    assert (status.published["event"], status.dropped["event"], status.lost) == (count, 0, 0)


def check_states_are_right_soon(broker: Broker, publisher: Publisher, feeder: Feeder) -> None:
    """A new subscriber is given the state of this moment, or a later one, soon after the reconnect."""
    wait_until(lambda: publisher.status().connected, "connected again")
    people = feeder.people

    def are_right(subscriber: Subscriber) -> bool:
        counts = [message.json()["count"] for message in subscriber.seen("/state/pose")]
        labels = [message.json()["settled"]["category_name"] for message in subscriber.seen("/state/action")]
        return labels[-1:] == ["lasts"] and max(counts, default=-1) >= people

    with Subscriber(broker, "edge/pi/state/+") as subscriber:
        wait_until(lambda: are_right(subscriber), "the retained states")
    with Subscriber(broker, "edge/pi/availability") as subscriber:
        subscriber.wait_for_payload("/availability", b"online")


def sessions() -> int:
    gc.collect()
    return sum(isinstance(thing, Session) for thing in gc.get_objects())


def growth_mb(memory_mb: list[float]) -> float:
    """From the first to the second half, after the first quarter; by medians, as a moment's load is no leak."""
    settled = memory_mb[len(memory_mb) // 4 :]
    half = len(settled) // 2
    return median(settled[half:]) - median(settled[:half])


def resident_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def test_what_does_not_fit_while_the_broker_is_away_is_counted(broker: Broker) -> None:
    with Proxy(broker) as proxy, Subscriber(broker, "edge/pi/event") as subscriber:
        proxy.shut()
        settings = MqttSettings(host=proxy.host, port=proxy.port)
        retry_policy = RetryPolicy(Backoff(0.05, 0.1), Backoff(0.05, 0.1))
        publisher = Publisher(settings, "pi", RUN_ID, retry_policy=retry_policy, backlog=Backlog(15, max_events=50))
        publisher.start()
        try:
            for number in range(1, 201):
                publisher.put_event(replace(people_event(), id=event_id(number)))
            wait_until(lambda: publisher.status().dropped["event"] == 150, "the oldest make room")
            proxy.open()
            seen = [message.json() for message in subscriber.wait_for("/event", 50)]
            wait_until(lambda: publisher.status().waiting == 0, "all confirmed")
        finally:
            publisher.stop()
    assert [int(event["id"]) for event in seen] == [event["seq"] for event in seen] == list(range(151, 201))
    status = publisher.status()
    assert (status.published["event"], status.dropped["event"], status.lost) == (50, 150, 150)
