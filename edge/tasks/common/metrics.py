"""What is measured of results where nobody knows what is true: what all tasks share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from edge.types import NS_PER_S

if TYPE_CHECKING:
    from edge.types import Frame

Row: TypeAlias = tuple[str, str]
"""The name of a metric and its value."""
NONE = "-"


class ResultClock:
    """Counts results and media time; a restart of the source takes no time."""

    def __init__(self) -> None:
        self.results = 0
        self.goes_on = False
        """Whether the present result continues the one before."""
        self._frame: Frame | None = None
        self._ns = 0

    @property
    def seconds(self) -> float:
        """Media time so far."""
        return self._ns / NS_PER_S

    def tick(self, frame: Frame) -> None:
        """Take in the frame of the next result."""
        before, self._frame = self._frame, frame
        self.results += 1
        self.goes_on = before is not None and before.segment == frame.segment
        if before is not None and self.goes_on:
            self._ns += frame.timestamp_ns - before.timestamp_ns

    def a_minute(self, count: int) -> str:
        """So many a minute of media time."""
        return f"{count / self.seconds * 60:.1f}" if self._ns else NONE


def share(part: int, whole: int) -> str:
    """A part in percent of the whole; a dash of nothing."""
    return f"{part / whole:.0%}" if whole else NONE
