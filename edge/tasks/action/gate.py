"""When a streaming model is fed, and when what it remembers is of another scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from edge.base.rate_limiter import RateLimiter
from edge.tasks.common.admission import Admission
from edge.tasks.common.thumbnail import change_between
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.tasks.common.thumbnail import Change
    from edge.types import ImageArray

Gate: TypeAlias = Literal["auto", "always", "motion", "person"]

THUMBNAIL, PERSON = "thumbnail", "person"
"""What the gate decides by: the frame as a small grey picture, and whether anybody may be there."""
_ASKS = frozenset({"auto", "person"})


@dataclass(frozen=True, slots=True)
class GateParameters:
    """``gate``: feed always, or while something moves or a person is there, and ``hold_s`` after that.

    ``auto`` is ``person``: whoever is asked says yes where nobody looks.
    Nothing fed for ``gap_s`` makes what is remembered worthless. For ``warm_up_s`` after a start the model has not seen
    enough.
    """

    rate_hz: float = 5.0
    gate: Gate = "always"
    hold_s: float = 3.0
    gap_s: float = 1.0
    warm_up_s: float = 2.0


class StreamGate:
    """Decides over each frame; times are the stream's own."""

    def __init__(self, parameters: GateParameters) -> None:
        self._parameters = parameters
        self._limiter = RateLimiter(parameters.rate_hz)
        self._segment: int | None = None
        self._before: ImageArray | None = None
        self._fed_ns: int | None = None
        self._began_ns = 0
        self._wanted_ns: int | None = None

    def tune(self, parameters: GateParameters) -> None:
        """Go on with other parameters."""
        self._parameters = parameters
        self._limiter = self._limiter.at(parameters.rate_hz)

    def restart(self) -> None:
        """Begin anew with the next frame."""
        self._segment = None

    def admit(
        self, time_ns: int, segment: int, thumbnail: Callable[[], ImageArray], is_person_there: Callable[[], bool]
    ) -> Admission:
        """Whether the frame of ``time_ns`` (growing) is fed; the two questions are asked only where it is due."""
        if segment != self._segment:
            self._segment, self._before, self._fed_ns, self._wanted_ns = segment, None, None, None
            self._limiter.restart()
        if not self._limiter.is_due(time_ns):
            return Admission(due=False)
        picture = thumbnail()
        change: Change = "motion" if self._before is None else change_between(self._before, picture)
        self._before = picture
        deserted = self._parameters.gate in _ASKS and not is_person_there()
        if not self._is_wanted(change, time_ns, deserted=deserted):
            return Admission(due=False)
        gap_ns = self._parameters.gap_s * NS_PER_S
        restart = change == "cut" or self._fed_ns is None or time_ns - self._fed_ns > gap_ns
        if restart:
            self._began_ns = time_ns
        self._fed_ns = time_ns
        warming_up = time_ns - self._began_ns < self._parameters.warm_up_s * NS_PER_S
        return Admission(True, restart, warming_up, deserted)

    def _is_wanted(self, change: Change, time_ns: int, *, deserted: bool) -> bool:
        rests = change == "still" if self._parameters.gate == "motion" else deserted
        if not rests:
            self._wanted_ns = time_ns
        return self._wanted_ns is not None and time_ns - self._wanted_ns <= self._parameters.hold_s * NS_PER_S
