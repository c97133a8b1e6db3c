"""Who is looked at in a frame where there is no time to look at everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tasks.pose.sight import Aim
    from edge.types import Frame

_CAREFUL_S = 10.0
"""So long after a frame came too late there are no more looks than there is time for."""
_LATE = 1.5
"""A frame so many times later than it was due is too late."""
_WEIGHT = 0.2
"""Of a frame in the average of what a look takes."""


class Sharing:
    """Shares the looks at a frame out among people: the longest unlooked first.

    All are looked at while no frame is dropped. Once one was, for ten seconds, there are as many looks a frame as the
    model has time for until the next is due, and one at least. Time is that of the stream and of the model as it says.
    """

    def __init__(self) -> None:
        self.look_ms = 0.0
        """What one look takes, on average."""
        self.restart()

    def restart(self) -> None:
        """Another stream begins: whatever came before is none of its frames."""
        self._number: int | None = None
        self._last_ns = 0
        self._due_s = 0.0
        self._careful_until_ns = 0
        self._turns: dict[int, int] = {}
        """The number of the last look at each, of all looks; empty while no frame is dropped."""
        self._turn = 0

    def begin(self, frame: Frame, period_s: float) -> None:
        """The next frame is looked at; ``period_s`` is how far apart they are at least wanted, 0 for all frames."""
        last, passed_s = self._number, (frame.timestamp_ns - self._last_ns) / NS_PER_S
        self._number, self._last_ns = frame.number, frame.timestamp_ns
        if last is None or frame.number <= last:
            return
        self._due_s = max(passed_s / (frame.number - last), period_s)
        if passed_s > _LATE * self._due_s:
            self._careful_until_ns = frame.timestamp_ns + int(_CAREFUL_S * NS_PER_S)

    def took(self, look_ms: float) -> None:
        """A look at this frame took so long, the mean of all."""
        self.look_ms += (look_ms - self.look_ms) * (_WEIGHT if self.look_ms else 1.0)

    def due(self, aims: Sequence[Aim]) -> list[Aim]:
        """Those that are to be looked at in this frame; whoever is new was seen just now."""
        most = self._most()
        if most is None:
            self._turns.clear()
            return list(aims)
        turns = {aim.key: self._turns.get(aim.key, self._turn) for aim in aims}
        chosen = sorted(aims, key=lambda aim: turns[aim.key])[:most]
        for aim in chosen:
            self._turn += 1
            turns[aim.key] = self._turn
        self._turns = turns
        return chosen

    def _most(self) -> int | None:
        """How many looks there is time for; None: all."""
        if self._last_ns >= self._careful_until_ns or self.look_ms <= 0:
            return None
        return max(1, int(self._due_s * 1000 / self.look_ms))
