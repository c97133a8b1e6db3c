"""Exchanging the way out while results come in."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from paho.mqtt import publish

from edge.config.sections import Settings
from edge.daemon import mqtt_sink as sink_module
from edge.daemon.mqtt_sink import MqttSink
from edge.errors import ConfigError
from edge.mqtt.settings import MqttSettings
from edge.settings import DeviceSettings, HealthSettings
from edge.tasks.action.settings import ActionSettings
from tests.broker import Subscriber, wait_until
from tests.mqtt.home_assistant import mistakes
from tests.mqtt.samples import RUN_ID, check, label_state, people_event, people_state, pose_result, stats

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.broker import Broker


def settings(broker: Broker, **more: object) -> Settings:
    return Settings(MqttSettings(host=broker.host, port=broker.port, **more))  # type: ignore[arg-type]


@contextmanager
def running(settings: Settings) -> Iterator[MqttSink]:
    """A sink that is connected, and stopped at the end."""
    sink = MqttSink(settings, "test", RUN_ID)
    sink.start()
    try:
        wait_until(lambda: sink.stats().connected, "connected")
        yield sink
    finally:
        sink.stop()


def test_nothing_is_published_where_mqtt_is_off() -> None:
    sink = MqttSink(Settings(MqttSettings(enabled=False)), "test", RUN_ID)
    sink.start()
    sink.put(pose_result())
    sink.put_stats(stats())
    sink.put_state(people_state())
    sink.put_event(people_event())
    sink.prepare(Settings(MqttSettings(enabled=False, port=1884)))()
    sink.stop()

    assert not sink.stats().connected
    assert sink.stats().published == 0


def test_another_rate_keeps_the_connection(broker: Broker) -> None:
    sink = MqttSink(settings(broker, max_rate_hz=0.1), "test", RUN_ID)
    sink.start()
    with Subscriber(broker, "edge/test/#") as subscriber:
        wait_until(lambda: sink.stats().connected, "connected")
        sink.put(pose_result())
        sink.put(pose_result())

        sink.prepare(settings(broker, max_rate_hz=1000.0))()
        sink.put(pose_result())
        sequence = [message.json()["seq"] for message in subscriber.wait_for("/pose", 2)]
        sink.stop()
        subscriber.wait_for_payload("availability", b"offline")
        words = [message.payload for message in subscriber.seen("availability")]

    assert sequence == [1, 2]
    assert words == [b"online", b"offline"]


def test_another_topic_goes_on_counting(broker: Broker) -> None:
    sink = MqttSink(settings(broker, max_rate_hz=1000.0), "test", RUN_ID)
    sink.start()
    with Subscriber(broker) as subscriber:
        wait_until(lambda: sink.stats().connected, "connected")
        sink.put(pose_result())
        subscriber.wait_for("edge/test/pose")

        sink.prepare(settings(broker, max_rate_hz=1000.0, base_topic="cellar"))()
        wait_until(lambda: sink.stats().connected, "connected again")
        sink.put(pose_result())
        message = subscriber.wait_for("cellar/test/pose")[0].json()
        sink.stop()

    assert message["seq"] == 2
    assert sink.stats().published == 2


def test_settings_that_cannot_be_used_change_nothing(broker: Broker, tmp_path: Path) -> None:
    sink = MqttSink(settings(broker), "test", RUN_ID)
    sink.start()
    wait_until(lambda: sink.stats().connected, "connected")

    with pytest.raises(ConfigError, match="password_file"):
        sink.prepare(settings(broker, username="edge", password_file=str(tmp_path / "none")))

    assert sink.stats().connected
    sink.stop()


def test_states_and_events_are_published_and_outlive_a_switch(broker: Broker) -> None:
    with running(settings(broker)) as sink, Subscriber(broker) as subscriber:
        sink.put_state(people_state(2))
        sink.put_event(people_event())
        state, event = subscriber.wait_for("edge/test/state/pose")[0], subscriber.wait_for("edge/test/event")[0]
        check("state/pose", state.json())
        check("event", event.json())

        sink.prepare(settings(broker, base_topic="cellar"))()
        again = subscriber.wait_for("cellar/test/state/pose")[0]
        sink.put_state(label_state())
        subscriber.wait_for("cellar/test/state/action")

    assert again.payload == state.payload
    assert [message.qos for message in (state, event, again)] == [1, 1, 1]


CONFIG = "homeassistant/device/test/config"


def test_home_assistant_is_told_on_every_connection(broker: Broker) -> None:
    with running(settings(broker)), Subscriber(broker, "homeassistant/#") as subscriber:
        announced = subscriber.wait_for(CONFIG)[0]
        assert announced.retained or announced.qos == 1
        assert mistakes(CONFIG, announced.json()) == []
        broker.stop()
        broker.start()  # it has forgotten everything
        with Subscriber(broker, "homeassistant/#") as later:
            assert later.wait_for(CONFIG)[0].payload == announced.payload


def test_home_assistant_is_told_again_when_it_has_started(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sink_module, "JITTER_S", 0.01)
    with running(settings(broker)), Subscriber(broker, CONFIG) as subscriber:
        before = len(subscriber.wait_for(CONFIG))
        publish.single("homeassistant/status", "offline", hostname=broker.host, port=broker.port, qos=1)
        publish.single("homeassistant/status", "online", hostname=broker.host, port=broker.port, qos=1)
        subscriber.wait_for(CONFIG, before + 1)


def test_switched_off_it_has_home_assistant_forget(broker: Broker) -> None:
    with running(settings(broker)) as sink, Subscriber(broker, CONFIG) as subscriber:
        subscriber.wait_for(CONFIG)
        sink.prepare(settings(broker, discovery=False))()
        subscriber.wait_for_payload(CONFIG, b"")


def test_what_changes_the_announcement_sends_it_again(broker: Broker) -> None:
    first = settings(broker)
    with running(first) as sink, Subscriber(broker, CONFIG) as subscriber:
        before = subscriber.wait_for(CONFIG)[-1].json()
        sink.prepare(first.having(HealthSettings(stats_interval_s=60.0)))()
        wait_until(lambda: subscriber.seen(CONFIG)[-1].json() != before, "another announcement")
        components = subscriber.seen(CONFIG)[-1].json()["components"]

    assert components["version"]["expire_after"] == 181


def test_another_area_is_told_at_once_and_none_is_left_out(broker: Broker) -> None:
    first = settings(broker)

    def told(area: str) -> dict[str, str]:
        before = subscriber.seen(CONFIG)[-1].json()
        sink.prepare(first.having(DeviceSettings(area=area)))()
        wait_until(lambda: subscriber.seen(CONFIG)[-1].json() != before, "another announcement")
        device: dict[str, str] = subscriber.seen(CONFIG)[-1].json()["device"]
        return device

    with running(first) as sink, Subscriber(broker, CONFIG) as subscriber:
        assert "suggested_area" not in subscriber.wait_for(CONFIG)[-1].json()["device"]
        assert told("Kitchen")["suggested_area"] == "Kitchen"
        assert told("Küche")["suggested_area"] == "Küche"
        assert "suggested_area" not in told("")


def test_a_task_that_is_switched_off_is_announced_as_removed(broker: Broker) -> None:
    off = settings(broker).having(ActionSettings(enabled=False))
    with running(off), Subscriber(broker, CONFIG) as subscriber:
        assert subscriber.wait_for(CONFIG)[0].json()["components"]["action"] == {"platform": "sensor"}


def test_before_the_first_connection_it_says_that_there_is_none_yet(broker: Broker) -> None:
    sink = MqttSink(settings(broker), "test", RUN_ID)
    assert sink.trouble() == "not connected yet"
    sink.start()
    wait_until(lambda: not sink.trouble(), "connected")
    broker.stop()
    wait_until(lambda: "was lost" in sink.trouble() or "cannot reach" in sink.trouble(), "the loss is told")
    sink.stop()


def test_no_event_is_lost_while_the_broker_is_exchanged(broker: Broker) -> None:
    first, second = settings(broker), settings(broker, keepalive_s=50)
    stopping = threading.Event()
    put = 0

    def see() -> None:
        nonlocal put
        while not stopping.is_set():
            sink.put_event(people_event())
            put += 1
            time.sleep(0.005)

    with running(first) as sink, Subscriber(broker, "edge/test/event") as subscriber:
        watcher = threading.Thread(target=see)
        watcher.start()
        for newer in (second, first) * 3:
            sink.prepare(newer)()
        stopping.set()
        watcher.join()
        wait_until(lambda: not sink.stats().events_waiting, "all are confirmed")
        seqs = {message.json()["seq"] for message in subscriber.wait_for("/event", put)}
    assert seqs == set(range(1, put + 1))
