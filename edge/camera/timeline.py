"""From a stream's own time stamps to media time that only grows, in segments."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from edge.types import NS_PER_S

MAX_STEP_NS = 5 * NS_PER_S
# Pictures leave a decoder in the order in which they are shown: a clock that goes back this far was set.
MAX_STEP_BACK_NS = NS_PER_S
PACE_FACTOR = 4
MAX_TOLD = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MediaTime:
    """Where a frame stands: ``segment`` grows by one at each jump of the clock, ``time_ns`` with each frame."""

    segment: int
    time_ns: int


class Timeline:
    """Places the frames of one stream, in the order in which they are shown.

    A stamp that is missing, or not later than the last, puts its frame one period after the last. A step of more than
    a few seconds either way is no time that has passed but another clock (recordings joined, a wild stamp, a counter
    that wrapped): its frame stands one step after the last, as long as the step before, in a new segment, and the new
    clock counts from there. Where it was one wild stamp, the clock before counts again. Each jump is told in the log,
    up to ten.

    Long steps are honest where they are the stream's pace (a slide show): up to four times ``period_ns``, up to four
    times the last step, or where the next one is as long.

    Args:
        name: what the log calls the stream.
        period_ns: the time from frame to frame as the stream states it.
        origin_ns: the stamp of media time 0, where the first frame stands no more than a few seconds after it; else
            media time begins with the first frame.
        longest_ns: a step that is longer is never honest.
        level: of the lines in the log.
    """

    def __init__(
        self,
        name: str,
        period_ns: int,
        *,
        origin_ns: int | None = None,
        longest_ns: int | None = None,
        level: int = logging.WARNING,
    ) -> None:
        self._name = name
        self._period_ns = period_ns
        self._origin_ns = origin_ns
        self._longest_ns = longest_ns
        self._level = level
        self._step_ns = period_ns
        self._last_ns: int | None = None
        # The stamp of media time 0, by the clock that counts now and by the one before.
        self._zero_ns: int | None = None
        self._zero_before_ns: int | None = None
        self._segment = 0
        self._told = 0

    @property
    def end_ns(self) -> int:
        """Media time at which the last frame ends; 0 before the first."""
        return 0 if self._last_ns is None else self._last_ns + self._period_ns

    def time_of(self, stamp_ns: int | None, following_ns: int | None = None) -> MediaTime:
        """Where the next frame stands, by its own stamp and, where it is known already, that of the one after it."""
        if stamp_ns is None:
            return self._put(self.end_ns)
        if self._zero_ns is None:
            self._zero_ns = self._first_zero(stamp_ns)
        time_ns = stamp_ns - self._zero_ns
        if self._last_ns is None:
            return self._put(time_ns)
        step_ns = time_ns - self._last_ns
        next_step_ns = 0 if following_ns is None else following_ns - stamp_ns
        if self._is_jump(step_ns, next_step_ns):
            return self._put(self._jump(stamp_ns, step_ns))
        if step_ns <= 0:
            return self._put(self.end_ns)
        self._step_ns = step_ns
        return self._put(time_ns)

    def _put(self, time_ns: int) -> MediaTime:
        self._last_ns = time_ns
        return MediaTime(self._segment, time_ns)

    def _first_zero(self, stamp_ns: int) -> int:
        if self._origin_ns is not None and 0 <= stamp_ns - self._origin_ns <= MAX_STEP_NS:
            return self._origin_ns
        return stamp_ns - self.end_ns

    def _is_jump(self, step_ns: int, next_step_ns: int) -> bool:
        if step_ns <= 0:
            return -step_ns > MAX_STEP_BACK_NS
        if self._longest_ns is not None and step_ns > self._longest_ns:
            return True
        return step_ns > max(MAX_STEP_NS, PACE_FACTOR * max(self._period_ns, self._step_ns, next_step_ns))

    def _jump(self, stamp_ns: int, step_ns: int) -> int:
        """Begin a segment with this stamp; its media time."""
        last_ns = self._last_ns or 0
        time_ns = last_ns + min(self._step_ns, MAX_STEP_NS)
        zero_ns, self._segment = stamp_ns - time_ns, self._segment + 1
        if self._zero_before_ns is not None and 0 < stamp_ns - self._zero_before_ns - last_ns <= MAX_STEP_NS:
            zero_ns = self._zero_before_ns
        else:
            self._tell(step_ns, time_ns)
        self._zero_before_ns, self._zero_ns = self._zero_ns, zero_ns
        return stamp_ns - zero_ns

    def _tell(self, step_ns: int, time_ns: int) -> None:
        self._told += 1
        if self._told > MAX_TOLD:
            return
        _log.log(
            self._level,
            "%s: at %.1f s its clock jumps by %+.1f s; the pictures go on without a gap, in a new segment%s",
            self._name,
            time_ns / NS_PER_S,
            step_ns / NS_PER_S,
            "; further jumps are not told" if self._told == MAX_TOLD else "",
        )
