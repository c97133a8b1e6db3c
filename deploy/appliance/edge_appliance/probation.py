"""Whether a version of the service works, by what systemd says of it; nothing here knows a clock or a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Verdict: TypeAlias = Literal["watching", "good", "failed"]
PROPERTIES = (
    "LoadState", "ActiveState", "SubState", "Result", "NRestarts", "InvocationID", "ExecMainStatus", "StatusText",
)  # fmt: skip
_READY = frozenset({"active", "reloading", "refreshing"})
_AT_REST = frozenset({"inactive", "deactivating", "maintenance"})


@dataclass(frozen=True, slots=True)
class Times:
    """How a version is judged.

    It is good once it has been ready for ``well_s`` without a restart. It has failed after ``most_restarts``, where it
    has not been ready for ``limit_s`` in all, or where it still ends badly ``limit_s`` after it was first wanted.
    Somebody looks each ``look_s``.

    So within ten minutes it works or the one before does, as a rule: a start may take two minutes until systemd gives
    it up, settings that a service does not survive cost it two starts, and to unpack a package may take a minute or two
    on a card.
    """

    well_s: float = 150.0
    limit_s: float = 300.0
    look_s: float = 3.0
    most_restarts: int = 5


@dataclass(frozen=True, slots=True)
class Service:
    """What systemd says of the service at one moment, by its own words."""

    said: Mapping[str, str]

    @property
    def is_ready(self) -> bool:
        """Whether it has said READY=1 and goes on."""
        return self.said.get("ActiveState") in _READY

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody wants it to run now: stopped, masked or not started yet.

        A unit that systemd cannot read is inactive, too, but that is no wish of anybody.
        """
        is_readable = self.said.get("LoadState") in {"loaded", "masked"}
        return is_readable and self.said.get("ActiveState") in _AT_REST

    @property
    def has_ended_badly(self) -> bool:
        """Whether it ended in another way than it should, and has not been started again since."""
        return self.said.get("Result", "") not in {"", "success"}

    @property
    def start(self) -> str:
        """Another one after each start."""
        return self.said.get("InvocationID", "")

    @property
    def restarts(self) -> int:
        """How often systemd had to start it again since a person did."""
        number = self.said.get("NRestarts", "")
        return int(number) if number.isdecimal() else 0

    def words(self) -> str:
        """How it is, in one line."""
        said = {name: self.said.get(name, "") for name in PROPERTIES}
        told = [f"systemd: {said['LoadState']}, {said['ActiveState']}, {said['SubState']}"]
        if self.has_ended_badly:
            told.append(f"result {said['Result']}")
        if said["ExecMainStatus"] not in {"", "0"}:
            told.append(f"exit status {said['ExecMainStatus']}")
        if said["StatusText"]:
            told.append(f"it said: {said['StatusText']}")
        return "; ".join(told)


class Probation:
    """Judges one version by looks at its service, the first of which may come at any time.

    Time in which nobody wants the service to run does not count, and a start by a person is no failure: from then on
    time is counted anew. A restart on request over MQTT looks like one that systemd had to make, but after no bad end.
    """

    def __init__(self, times: Times) -> None:
        self._times = times
        self._looked_s: float | None = None
        self._wanted_s = 0.0
        self._unready_s = 0.0
        self._ready_since_s: float | None = None
        self._start = ""
        self._restarts_at_start = 0
        self._seen_restarts: int | None = None
        self._restarts = 0
        self._ended: Service | None = None
        self.why = ""
        """Why it has failed."""

    def look(self, now_s: float, service: Service) -> Verdict:
        """Judge by what systemd says now; ``now_s`` is of a monotonic clock."""
        passed_s = 0.0 if self._looked_s is None else now_s - self._looked_s
        self._looked_s = now_s
        has_restarted = self._count_restarts(service)
        if self._is_started_by_hand(service):
            self._wanted_s = self._unready_s = passed_s = 0.0
            self._ended = None
        if service.has_ended_badly:
            self._ended = service
        if service.is_at_rest:
            self._ready_since_s = None
            return "watching"
        self._wanted_s += passed_s
        self._unready_s += 0.0 if service.is_ready else passed_s
        if not service.is_ready:
            self._ready_since_s = None
        elif self._ready_since_s is None:
            self._ready_since_s = now_s
        ends_badly = self._ended is not None and (has_restarted or not service.is_ready)
        limit_s = self._times.limit_s
        if self._restarts >= self._times.most_restarts:
            return self._failed(f"it had to be started again {self._restarts} times", service)
        if self._unready_s >= limit_s or (self._wanted_s >= limit_s and ends_badly):
            return self._failed(f"it did not work within {limit_s:.0f} s", service)
        if self._ready_since_s is not None and now_s - self._ready_since_s >= self._times.well_s:
            return "good"
        return "watching"

    def pause(self) -> None:
        """Nobody can look, or the package is being worked on: the time until the next look does not count."""
        self._looked_s = None

    def _count_restarts(self, service: Service) -> bool:
        """Whether systemd has had to start it again since the last look. It counts anew when a person starts it."""
        before, self._seen_restarts = self._seen_restarts, service.restarts
        more = 0 if before is None else max(0, service.restarts - before)
        self._restarts += more
        return more > 0

    def _is_started_by_hand(self, service: Service) -> bool:
        """Whether it has been started anew, and systemd counts no more restarts than at the start before it."""
        before, was_restarts = self._start, self._restarts_at_start
        if service.start in {"", before}:
            return False
        self._start, self._restarts_at_start = service.start, service.restarts
        self._ready_since_s = None
        return bool(before) and service.restarts <= was_restarts

    def _failed(self, what: str, service: Service) -> Verdict:
        # Started again it has no bad end any more; the last one that was seen says more.
        self.why = f"{what} ({(self._ended or service).words()})"
        return "failed"
