"""Exchanging the way out while results come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.config.settings import MqttSettings
from edge.daemon.outlet import Outlet
from edge.errors import ConfigError
from tests.broker import Subscriber, wait_until
from tests.mqtt.samples import RUN_ID, pose_result, stats

if TYPE_CHECKING:
    from pathlib import Path

    from tests.broker import Broker


def settings(broker: Broker, **more: object) -> MqttSettings:
    return MqttSettings(host=broker.host, port=broker.port, **more)  # type: ignore[arg-type]


def test_nothing_is_published_where_mqtt_is_off() -> None:
    outlet = Outlet(MqttSettings(enabled=False), "test", RUN_ID)
    outlet.start()
    outlet.put(pose_result())
    outlet.put_stats(stats())
    outlet.prepare(MqttSettings(enabled=False, port=1884))()
    outlet.stop()

    assert not outlet.stats().connected
    assert outlet.stats().published == 0


def test_another_rate_keeps_the_connection(broker: Broker) -> None:
    outlet = Outlet(settings(broker, max_rate_hz=0.1), "test", RUN_ID)
    outlet.start()
    with Subscriber(broker, "edge/test/#") as subscriber:
        wait_until(lambda: outlet.stats().connected, "connected")
        outlet.put(pose_result())
        outlet.put(pose_result())

        outlet.prepare(settings(broker, max_rate_hz=1000.0))()
        outlet.put(pose_result())
        sequence = [message.json()["seq"] for message in subscriber.wait_for("/pose", 2)]
        outlet.stop()
        subscriber.wait_for_payload("availability", b"offline")
        words = [message.payload for message in subscriber.seen("availability")]

    assert sequence == [1, 2]
    assert words == [b"online", b"offline"]


def test_another_topic_goes_on_counting(broker: Broker) -> None:
    outlet = Outlet(settings(broker, max_rate_hz=1000.0), "test", RUN_ID)
    outlet.start()
    with Subscriber(broker) as subscriber:
        wait_until(lambda: outlet.stats().connected, "connected")
        outlet.put(pose_result())
        subscriber.wait_for("edge/test/pose")

        outlet.prepare(settings(broker, max_rate_hz=1000.0, base_topic="cellar"))()
        wait_until(lambda: outlet.stats().connected, "connected again")
        outlet.put(pose_result())
        message = subscriber.wait_for("cellar/test/pose")[0].json()
        outlet.stop()

    assert message["seq"] == 2
    assert outlet.stats().published == 2


def test_settings_that_cannot_be_used_change_nothing(broker: Broker, tmp_path: Path) -> None:
    outlet = Outlet(settings(broker), "test", RUN_ID)
    outlet.start()
    wait_until(lambda: outlet.stats().connected, "connected")

    with pytest.raises(ConfigError, match="password_file"):
        outlet.prepare(settings(broker, username="edge", password_file=str(tmp_path / "none")))

    assert outlet.stats().connected
    outlet.stop()
