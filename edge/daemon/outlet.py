"""Where results leave for MQTT: a sink whose publisher can be exchanged while the appliance runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edge.mqtt.backlog import Backlog
from edge.mqtt.publisher import Publisher
from edge.types import MqttStats

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.config.settings import MqttSettings
    from edge.types import Result, Stats


class Outlet:
    """Publishes by the settings in force; with ``mqtt.enabled = false`` it takes results and drops them.

    Raises:
        ConfigError: host, topics or credentials cannot be used as configured.
    """

    def __init__(self, settings: MqttSettings, device_id: str, run_id: str) -> None:
        self._settings = settings
        self._device_id = device_id
        self._run_id = run_id
        self._backlog = Backlog.of(settings)
        self._connects_before = 0
        self._publisher = self._make(settings) if settings.enabled else None

    def start(self) -> None:
        """Begin to connect."""
        if self._publisher:
            self._publisher.start()

    def put(self, result: Result) -> None:
        """Take a result; never waits."""
        if self._publisher:
            self._publisher.put(result)

    def put_stats(self, stats: Stats) -> None:
        """Take stats; never waits."""
        if self._publisher:
            self._publisher.put_stats(stats)

    def prepare(self, settings: MqttSettings) -> Callable[[], None]:
        """What to call to go on with other settings; nothing changes before.

        For another broker the old publisher says ``offline`` and leaves, and a new one goes on with its counts.

        Raises:
            ConfigError: host, topics or credentials cannot be used as configured.
        """
        old = self._publisher
        if old is None:
            return lambda: None
        if settings == replace(self._settings, max_rate_hz=settings.max_rate_hz):
            return lambda: self._limit(settings)
        new = self._make(settings)
        return lambda: self._switch(old, new, settings)

    def _limit(self, settings: MqttSettings) -> None:
        self._settings = settings
        self._backlog.tally.limit(settings.max_rate_hz)

    def _switch(self, old: Publisher, new: Publisher, settings: MqttSettings) -> None:
        self._limit(settings)
        self._publisher = new
        self._connects_before += old.status().connects
        old.stop()
        new.start()

    def stop(self) -> None:
        """Send what was taken, say ``offline`` and disconnect."""
        if self._publisher:
            self._publisher.stop()
        self._backlog.close()

    def stats(self) -> MqttStats:
        """How the link to the broker is doing."""
        if self._publisher is None:
            return MqttStats(connected=False, published=0, dropped=0, reconnects=0)
        status = self._publisher.status()
        return MqttStats(
            connected=status.connected,
            published=sum(status.published.values()),
            dropped=sum(status.dropped.values()),
            reconnects=max(0, self._connects_before + status.connects - 1),
        )

    def _make(self, settings: MqttSettings) -> Publisher:
        return Publisher(settings, self._device_id, self._run_id, backlog=self._backlog)
