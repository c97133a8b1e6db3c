"""Messages that never came, by the numbers of those that did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_NO_SEQ = 2**53
"""JSON has numbers of any length; what has counted that far is none of ours."""


@dataclass(slots=True)
class SequenceGaps:
    """Counts what is ``lost`` of the messages of one topic: the gaps in their ``seq``, which begins anew in each run.

    ``hears_all``: whoever counts was there before the run began, so that what comes before its first message is lost
    as well.
    """

    hears_all: bool = False
    lost: int = 0
    _run_id: object = None
    _highest: int = 0

    def take(self, message: Mapping[str, Any]) -> None:
        """Take in a message; one without a number counts for nothing."""
        seq, run_id = message.get("seq"), message.get("run_id")
        if not isinstance(seq, int) or not 0 <= seq < _NO_SEQ:
            return
        if run_id != self._run_id:
            self._run_id, self._highest = run_id, 0 if self.hears_all else seq
        self.lost += max(0, seq - self._highest - 1)
        # What was sent again (QoS 1) or kept by the broker does not count backwards.
        self._highest = max(self._highest, seq)
