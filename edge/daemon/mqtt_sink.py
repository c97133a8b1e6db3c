"""Where everything leaves for MQTT: a sink whose publisher can be exchanged while the appliance runs."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from edge import __version__
from edge.daemon.build import enabled_tasks
from edge.daemon.device_id import serial_number
from edge.mqtt.backlog import Backlog
from edge.mqtt.broker_address import topic_prefix
from edge.mqtt.discovery import DeviceDescription, announcement, status_topic
from edge.mqtt.publisher import Publisher
from edge.mqtt.request_receiver import RequestReceiver
from edge.mqtt.settings import MqttSettings
from edge.runtime.store.resolve import models_at_hand
from edge.settings import DeviceSettings, HealthSettings
from edge.types import MqttStats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.base.heartbeat import Heartbeat
    from edge.config.sections import Settings
    from edge.messages.request import Request, Response
    from edge.mqtt.message import Message, Received
    from edge.types import Event, Result, Stats, TaskState

JITTER_S = 5.0
"""Within this time after Home Assistant has started each appliance announces itself, not all of them at once."""


class MqttSink:
    """Publishes by the settings in force; with ``mqtt.enabled = false`` it takes everything and drops it.

    Raises:
        ConfigError: host, topics or credentials cannot be used as configured.
    """

    def __init__(
        self,
        settings: Settings,
        device_id: str,
        run_id: str,
        fulfil: Callable[[Request], object] = lambda _request: None,
        *,
        gather: Callable[[], Stats] | None = None,
        heartbeat: Heartbeat | None = None,
        link_heartbeat: Heartbeat | None = None,
    ) -> None:
        """Prepare.

        ``fulfil`` is called for each request, ``gather`` for the stats that each connection begins with: both in
        threads of the publisher's, and the first must not wait.
        """
        self._settings = settings
        self._fulfil = fulfil
        self._gather = gather
        self._heartbeat, self._link_heartbeat = heartbeat, link_heartbeat
        self._device_id = device_id
        self._run_id = run_id
        self._backlog = Backlog.of(settings[MqttSettings])
        self._connects_before = 0
        self._publisher = self._make(settings) if settings[MqttSettings].enabled else None

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

    def put_state(self, state: TaskState) -> None:
        """Take the state of a task; never waits."""
        if self._publisher:
            self._publisher.put_state(state)

    def put_event(self, event: Event) -> None:
        """Take an event; never waits."""
        if self._publisher:
            self._publisher.put_event(event)

    def put_response(self, response: Response) -> None:
        """Take the answer to a request; never waits."""
        if self._publisher:
            self._publisher.put_response(response)

    def renew(self) -> None:
        """Send everything retained again."""
        if self._publisher:
            self._publisher.renew()

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """What to call to go on with other settings; nothing changes before.

        For another broker the old publisher says ``offline`` and leaves, and a new one goes on with its counts, states
        and events.

        Raises:
            ConfigError: host, topics or credentials cannot be used as configured.
        """
        old = self._publisher
        if old is None:
            return lambda: None
        mqtt = settings[MqttSettings]
        if mqtt == replace(self._settings[MqttSettings], max_rate_hz=mqtt.max_rate_hz):
            return lambda: self._adopt(settings, old)
        new = self._make(settings)
        return lambda: self._switch(old, new, settings)

    def _adopt(self, settings: Settings, publisher: Publisher) -> None:
        before, self._settings = self._birth(), settings
        self._backlog.counters.limit(settings[MqttSettings].max_rate_hz)
        if self._birth() != before:
            publisher.renew()

    def _switch(self, old: Publisher, new: Publisher, settings: Settings) -> None:
        self._settings = settings
        self._backlog.counters.limit(settings[MqttSettings].max_rate_hz)
        self._publisher = new
        self._connects_before += old.status().connects
        old.stop()
        new.start()

    def stop(self) -> None:
        """Send what was taken, say ``offline`` and disconnect."""
        if self._publisher:
            self._publisher.stop()
        self._backlog.close()

    def trouble(self) -> str:
        """Why nothing is published; empty while it is, and where nothing shall be."""
        if self._publisher is None:
            return ""
        status = self._publisher.status()
        return "" if status.connected else status.error or "not connected yet"

    def notice(self) -> str:
        """What is wrong at the broker although there is a link; empty for nothing."""
        status = self._publisher.status() if self._publisher else None
        return "; ".join(status.notices) if status and status.connected else ""

    def stats(self) -> MqttStats:
        """How the link to the broker is doing."""
        if self._publisher is None:
            return MqttStats(connected=False, published=0, dropped=0, reconnects=0, events_waiting=0, events_dropped=0)
        status = self._publisher.status()
        return MqttStats(
            connected=status.connected,
            published=sum(status.published.values()),
            dropped=sum(status.dropped.values()),
            reconnects=max(0, self._connects_before + status.connects - 1),
            events_waiting=status.waiting,
            events_dropped=status.lost,
            trouble="; ".join(status.notices) or None,
        )

    def _make(self, settings: Settings) -> Publisher:
        publisher = Publisher(
            settings[MqttSettings],
            self._device_id,
            self._run_id,
            backlog=self._backlog,
            birth=self._birth,
            gather=self._gather,
            heartbeat=self._heartbeat,
            link_heartbeat=self._link_heartbeat,
        )

        chance = random.Random()  # noqa: S311  # no secret; not the generator that all of the process shares

        def on_status(received: Received) -> None:
            if received.payload == b"online" and not received.retained:
                publisher.renew(after_s=chance.uniform(0.0, JITTER_S))

        mqtt = settings[MqttSettings]
        if mqtt.discovery:
            publisher.subscribe(status_topic(mqtt.discovery_prefix), on_status)
        if mqtt.control:
            topic = f"{topic_prefix(mqtt.base_topic, self._device_id)}request/"
            publisher.subscribe(f"{topic}#", RequestReceiver(topic, self._fulfil, publisher.put_response).take)
        return publisher

    def _birth(self) -> Sequence[Message]:
        """What every connection begins with: Home Assistant is told of the appliance, or to forget it."""
        settings, mqtt = self._settings, self._settings[MqttSettings]
        device = DeviceDescription(
            id=self._device_id,
            topics=topic_prefix(mqtt.base_topic, self._device_id),
            version=__version__,
            tasks=enabled_tasks(settings),
            models={task: models_at_hand(task) for task in enabled_tasks(settings)},
            stats_interval_s=settings[HealthSettings].stats_interval_s,
            controls=mqtt.control,
            snapshots=mqtt.snapshot,
            serial_number=serial_number(),
            area=settings[DeviceSettings].area,
        )
        return [announcement(device, mqtt.discovery_prefix, wanted=mqtt.discovery)]
