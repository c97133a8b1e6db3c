"""Case 06: the broker of ``small.conf`` takes packets of at most 4096 bytes; Home Assistant's discovery has more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.config.sections import Settings
from edge.daemon.mqtt_sink import MqttSink
from edge.mqtt.settings import MqttSettings
from tests.broker import Broker, Subscriber, wait_until
from tests.mqtt.samples import RUN_ID, people_event, people_state, pose_result, stats
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASE = ROOT / "tests" / "cases" / "06-broker-packet-limit"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Broker]:
    """That broker, on a port that is free."""
    lines = (CASE / "small.conf").read_text().splitlines()
    with Broker(tmp_path, options=[line for line in lines if line.startswith("max_")]) as broker:
        yield broker


@pytest.mark.parametrize("protocol", ["auto", "3.1.1"])
def test_results_arrive_and_what_is_too_large_is_named(small: Broker, protocol: str) -> None:
    """MQTT 5 tells the limit; 3.1.1 knows only that it is thrown out."""
    mqtt = MqttSettings(host=small.host, port=small.port, protocol=protocol)  # type: ignore[arg-type]
    sink = MqttSink(Settings(mqtt), "pi", RUN_ID)
    sink.start()
    with Subscriber(small) as subscriber:

        def flows() -> bool:
            sink.put(pose_result())
            sink.put_state(people_state())
            sink.put_event(people_event())
            sink.put_stats(stats())
            seen = {message.topic for message in subscriber.seen()}
            return {f"edge/pi/{name}" for name in ("pose", "state/pose", "event", "stats")} <= seen

        wait_until(lambda: sink.stats().trouble and flows(), "everything else arrives")
        assert "bytes on homeassistant/device/pi/config are left out" in str(sink.stats().trouble)
        assert not subscriber.seen("/config")
    sink.stop()
