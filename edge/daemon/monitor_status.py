"""What a monitor tells of the appliance, gathered from the running parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.text import printable_lines
from edge.daemon.addresses import addresses
from edge.daemon.first_boot_login import FirstBootLogin
from edge.daemon.stats import NO_BROKER
from edge.monitor.status import Status, TaskStatus, Trouble
from edge.tasks.common.model_choice import starter_of
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.daemon.stats import StatsReporter
    from edge.monitor.status import BrokerState
    from edge.types import Stats


class MonitorStatus:
    """Gathers :class:`Status`; may be asked by any thread. ``is_broker_wanted``: something is to be published."""

    def __init__(
        self, device: str, reporter: StatsReporter, *, is_broker_wanted: bool, login: FirstBootLogin | None = None
    ) -> None:
        self._device = device
        self._reporter = reporter
        self._is_broker_wanted = is_broker_wanted
        self._login = login or FirstBootLogin()
        self._starters = frozenset(filter(None, map(starter_of, tasks())))

    def gather(self) -> Status:
        """The status of this moment."""
        stats = self._reporter.gather()
        return Status(
            device=self._device,
            addresses=addresses(),
            camera_state=stats.camera.state,
            camera_fps=stats.camera.fps,
            tasks=tuple(self._tasks(stats)),
            broker=self._broker(stats),
            temperature_c=stats.temperature_c,
            is_throttled=bool(stats.throttled),
            troubles=tuple(self._troubles()),
            login=self._login.read(),
        )

    def _broker(self, stats: Stats) -> BrokerState:
        if not self._is_broker_wanted:
            return "off"
        return "connected" if stats.mqtt.connected else "away"

    def _tasks(self, stats: Stats) -> Iterator[TaskStatus]:
        for task, one in stats.tasks.items():
            yield TaskStatus(
                task,
                one.model,
                one.rate_hz,
                one.latency_ms.p50 if one.latency_ms else None,
                one.backend,
                is_starter=one.model in self._starters,
                is_paused=one.paused,
            )

    def _troubles(self) -> Iterator[Trouble]:
        """All but that the broker is away, which a word says: an appliance may have none for ever."""
        for what, why in self._reporter.troubles().items():
            if what != NO_BROKER:
                yield Trouble(what[:1].upper() + what[1:], printable_lines(why))
