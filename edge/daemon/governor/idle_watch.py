"""Whether nobody is there and nothing moves, seen in the camera's own frames before any task has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.thumbnail import change_between, thumbnail
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.types import Frame, ImageArray

_LOOK_NS = NS_PER_S // 2
"""So often it is looked whether something moves, and what it is compared with is taken anew: what moves slowly has
moved by then, and what the light does in that time is less."""


class IdleWatch:
    """For the camera's thread; ``sees_anybody`` says whether a task sees people.

    While it is not idle it looks twice a second, and at other frames compares two numbers. While it is idle each frame
    is looked at, so that the first one with motion ends it.
    """

    def __init__(self, sees_anybody: Callable[[], bool], after_s: float) -> None:
        """``after_s`` without people and motion it is idle; 0: never."""
        self.is_idle = False
        self._sees_anybody = sees_anybody
        self._after_ns = round(after_s * NS_PER_S)
        self._before: ImageArray | None = None
        self._look_ns = 0
        self._stirred_ns = 0

    def tune(self, after_s: float) -> None:
        """Go on with another time."""
        self._after_ns = round(after_s * NS_PER_S)

    def take(self, frame: Frame) -> bool:
        """Look at the next frame; whether it has begun or ended to be idle with it."""
        now_ns = frame.captured_ns
        if now_ns < self._look_ns and not self.is_idle:
            return False
        was_idle = self.is_idle
        if self._stirs(frame, now_ns):
            self._stirred_ns = now_ns
        self.is_idle = 0 < self._after_ns <= now_ns - self._stirred_ns
        return self.is_idle != was_idle

    def _stirs(self, frame: Frame, now_ns: int) -> bool:
        if self._after_ns == 0 or self._sees_anybody():
            self._look_ns, self._before = now_ns + _LOOK_NS, None
            return True
        picture = thumbnail(frame)
        moves = self._before is None or change_between(self._before, picture) != "still"
        if now_ns >= self._look_ns:
            self._look_ns, self._before = now_ns + _LOOK_NS, picture
        return moves
