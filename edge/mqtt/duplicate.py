"""Whether another appliance goes by the same name: a card that was copied has copied the machine id with it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from edge.mqtt.message import Received

WINDOW_S = 1200.0
"""Signs that lie further apart are not counted together; longer than both wait when each keeps the other out."""
SIGNS = 2
_MOST_RUNS = 16


class DuplicateWatch:
    """Looks for signs of a second appliance with this name.

    A sign is a connection that the broker gave to somebody else (MQTT 5 says so), or a message of another run on our
    own topic ``stats`` after one of ours was there. What was there before is what an earlier run of this one has left,
    and may come back when the broker starts again.
    """

    def __init__(self, device_id: str, run_id: str, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._device_id = device_id
        self._run_id = run_id
        self._clock_s = clock_s
        self._signs_s: list[float] = []
        self._newest: dict[str, int] = {}  # the highest seq of each other run
        self._is_ours = False

    @property
    def notice(self) -> str:
        """What to do about it; empty while there is no second one."""
        now_s = self._clock_s()
        self._signs_s = [at_s for at_s in self._signs_s if now_s - at_s < WINDOW_S][-SIGNS:]
        if len(self._signs_s) < SIGNS:
            return ""
        return (
            f"another appliance is at this broker under the same name, {self._device_id}, and each puts the other out; "
            "give this one a name of its own (sudo edge config set device.id NAME) and restart it, or, where its card "
            "is a copy, a machine id of its own (sudo rm /etc/machine-id; sudo systemd-machine-id-setup; sudo reboot)"
        )

    def taken_over(self) -> None:
        """Note that the broker has given our connection to another client of this name."""
        self._signs_s.append(self._clock_s())

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
            self._signs_s.append(self._clock_s())


def _origin(payload: bytes) -> tuple[str, int]:
    """``run_id`` and ``seq`` of a message; an empty run for what is none of Edge's."""
    try:
        found: Any = json.loads(payload)
        return str(found["run_id"]), int(found["seq"])
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):  # 1e400 is a number of JSON
        return "", 0
