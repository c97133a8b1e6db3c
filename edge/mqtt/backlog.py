"""What outlives a publisher: counts, last values and waiting events go on when another broker is configured."""

from __future__ import annotations

import os
from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from edge.base.folders import state_folder
from edge.mqtt.outbox import MAX_EVENTS, Outbox, RetainedStates
from edge.mqtt.outbox_file import open_outbox_file
from edge.mqtt.topic_counters import TopicCounters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.messages.request import Response
    from edge.mqtt.outbox_file import OutboxFile
    from edge.mqtt.settings import MqttSettings
    from edge.types import Event, Stats, TaskState

Told: TypeAlias = "TaskState | Stats | Event | Response"


class Backlog:
    """The counters of all topics, the last states, and the outbox with its file, if it has one.

    ``told`` is what a publisher was told and has not looked at yet: who still holds on to the one before tells its
    successor.
    """

    def __init__(
        self, max_rate_hz: float, outbox_file: OutboxFile | None = None, *, max_events: int = MAX_EVENTS
    ) -> None:
        self.counters = TopicCounters(max_rate_hz)
        self.states = RetainedStates()
        self.told: deque[Told] = deque()
        self.outbox = Outbox(outbox_file, max_events=max_events)
        self._outbox_file = outbox_file

    @classmethod
    def of(cls, settings: MqttSettings, environ: Mapping[str, str] = os.environ) -> Backlog:
        """A new one; with ``mqtt.persist_events`` it begins with the events that an earlier run could not deliver."""
        keep = settings.enabled and settings.persist_events
        return cls(settings.max_rate_hz, open_outbox_file(state_folder(environ) / "outbox") if keep else None)

    def close(self) -> None:
        """Have waiting events on the disk, where they are to be kept."""
        if self._outbox_file:
            self._outbox_file.close()
