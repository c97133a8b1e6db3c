"""Whether another appliance goes by the same name: a card that was copied has copied the machine id with it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from edge.messages.encoding import decoded

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.mqtt.message import Received

WINDOW_S = 1200.0
"""Signs that lie further apart are not counted together; longer than both wait when each keeps the other out."""
SIGNS = 2
QUIET_S, LONGEST_QUIET_S = 90.0, 330.0
"""So long a connection has to be undisturbed for the other to be gone; the second is more than the longest wait of one
that was put out, the first more than its first."""
_WAIT_RATIO = 4.0  # of one wait to the one before, at most: they double, and each is cut by chance to a half at most
_SLACK = 1.1
_MOST_RUNS = 16


class DuplicateDetector:
    """Looks for signs of a second appliance with this name.

    A sign is a connection that the broker gave to somebody else (MQTT 5 says so), or a message of another run on our
    own topic ``stats`` after one of ours was there. What was there before is what an earlier run of this one has left,
    and may come back when the broker starts again. The other is gone when it does not come back for longer than it has
    to, by the times that it took before.
    """

    def __init__(self, device_id: str, run_id: str, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._device_id = device_id
        self._run_id = run_id
        self._clock_s = clock_s
        self._signs_s: list[float] = []
        self._newest: dict[str, int] = {}  # the highest seq of each other run
        self._is_ours = False
        self._undisturbed_since_s: float | None = None  # None while there is no connection
        self._longest_undisturbed_s = 0.0

    @property
    def notice(self) -> str:
        """What to do about it; empty while there is no second one."""
        self._forget_old_signs()
        if len(self._signs_s) < SIGNS or self._is_quiet():
            return ""
        return (
            f"another appliance is at this broker under the same name, {self._device_id}, and each puts the other out; "
            "give this one a name of its own (sudo edge config set device.id NAME) and restart it, or, where its card "
            "is a copy, a machine id of its own (sudo rm /etc/machine-id; sudo systemd-machine-id-setup; sudo reboot)"
        )

    def connected(self) -> None:
        """Note that the broker has accepted us."""
        self._undisturbed_since_s = self._clock_s()

    def disconnected(self, *, taken_over: bool) -> None:
        """Note that the connection has ended; ``taken_over``: the broker gave it to another client of this name."""
        if taken_over:
            self._add_sign()
        elif self._is_quiet():
            self._signs_s.clear()
        self._note_undisturbed()
        self._undisturbed_since_s = None

    def take(self, received: Received) -> None:
        """Look at a message that came on our own topic ``stats``."""
        run_id, seq = _origin(received.payload)
        if not run_id:
            return
        if run_id == self._run_id:
            self._is_ours = True
            return
        is_news = seq > self._newest.get(run_id, 0)
        if is_news and len(self._newest) < _MOST_RUNS:
            self._newest[run_id] = seq
        if is_news and self._is_ours:
            self._add_sign()

    def _add_sign(self) -> None:
        self._forget_old_signs()
        if not self._signs_s:
            self._undisturbed_since_s = self._clock_s()  # how long it took until now says nothing of the other
            self._longest_undisturbed_s = 0.0
        self._note_undisturbed()
        self._signs_s = [*self._signs_s, self._clock_s()][-SIGNS:]

    def _forget_old_signs(self) -> None:
        now_s = self._clock_s()
        self._signs_s = [at_s for at_s in self._signs_s if now_s - at_s < WINDOW_S]

    def _note_undisturbed(self) -> None:
        if self._undisturbed_since_s is not None:
            now_s = self._clock_s()
            self._longest_undisturbed_s = max(self._longest_undisturbed_s, now_s - self._undisturbed_since_s)
            self._undisturbed_since_s = now_s

    def _is_quiet(self) -> bool:
        """Whether the connection is undisturbed for longer than the other would leave it alone."""
        if self._undisturbed_since_s is None:
            return False
        longest_s = self._longest_undisturbed_s
        enough_s = max(QUIET_S, min(_WAIT_RATIO * longest_s, LONGEST_QUIET_S), _SLACK * longest_s)
        return self._clock_s() - self._undisturbed_since_s > enough_s


def _origin(payload: bytes) -> tuple[str, int]:
    """``run_id`` and ``seq`` of a message; an empty run for what is none of Edge's."""
    found = decoded(payload) or {}
    try:
        return str(found["run_id"]), int(found["seq"])
    except (ValueError, TypeError, KeyError, OverflowError):  # 1e400 is a number of JSON
        return "", 0
