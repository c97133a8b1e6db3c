"""One moment on both clocks, so that monotonic times can be written as wall time once, when a message is written."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias

from edge.types import NS_PER_S


@dataclass(frozen=True, slots=True)
class Instant:
    """The same moment in ns since 1970 (``wall_ns``) and on ``time.monotonic_ns`` (``monotonic_ns``)."""

    wall_ns: int
    monotonic_ns: int

    @classmethod
    def now(cls) -> Instant:
        """This moment."""
        return cls(wall_ns=time.time_ns(), monotonic_ns=time.monotonic_ns())

    def rfc3339(self) -> str:
        """This moment in UTC with milliseconds, e.g. ``2026-05-01T08:00:00.041Z``."""
        return _rfc3339(self.wall_ns)

    def rfc3339_of(self, monotonic_ns: int) -> str:
        """Another moment, given on ``time.monotonic_ns``, by today's wall clock."""
        return _rfc3339(self.wall_ns - (self.monotonic_ns - monotonic_ns))

    def ms_since(self, monotonic_ns: int) -> float:
        """Milliseconds from another moment, given on ``time.monotonic_ns``, to this one."""
        return (self.monotonic_ns - monotonic_ns) / 1e6


Clock: TypeAlias = Callable[[], Instant]


def _rfc3339(wall_ns: int) -> str:
    seconds, ns = divmod(wall_ns, NS_PER_S)  # in integers: a float of today's seconds is off by up to 0.2 us
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=ns // 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
