"""What a monitor tells of the appliance, gathered from the running parts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from edge.base.text import printable_lines
from edge.daemon.addresses import addresses
from edge.daemon.first_boot_login import FirstBootLogin
from edge.daemon.stats import NO_BROKER, NO_CAMERA
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
            camera_fps=_known(stats.camera.fps) or 0.0,
            tasks=tuple(self._tasks(stats)),
            broker=self._broker(stats),
            temperature_c=_known(stats.temperature_c),
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
                _known(one.rate_hz) or 0.0,
                _known(one.latency_ms.p50) if one.latency_ms else None,
                one.backend,
                is_starter=one.model in self._starters,
                fallback_for=one.fallback_for or "",
                is_paused=one.paused,
                is_failing=one.error is not None,
                edgetpu_failed=one.edgetpu_failed,
            )

    def _troubles(self) -> Iterator[Trouble]:
        """All but that the broker is away, which a word says: an appliance may have none for ever."""
        for what, why in self._reporter.troubles().items():
            if what != NO_BROKER:
                title = what[:1].upper() + what[1:]
                yield Trouble(title, printable_lines(why), is_of_camera=what == NO_CAMERA)


def _known(number: float | None) -> float | None:
    """``number`` where it is one: what is no number can be neither shown nor compared with the one before."""
    return number if number is not None and math.isfinite(number) else None
