"""What happens to EdgeTPUs, for the log: a loss is a warning, what goes on for ever is told ever more rarely."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from edge.base.limited_log import LimitedLog
from edge.runtime.edgetpu.opened_model import users_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.runtime.edgetpu.opened_model import OpenedModel
    from edge.runtime.edgetpu.steps import Step
    from edge.types import StepKind

_LINES: Final[dict[StepKind, tuple[int, str]]] = {
    "ready": (logging.INFO, "the EdgeTPU %s computes %s (%s)"),
    "lost": (logging.WARNING, "the EdgeTPU %s is lost, the CPU computes %s: %s"),
    "restart": (logging.INFO, "the EdgeTPU %s is started again for %s (%s)"),
    "reset": (logging.INFO, "the EdgeTPU %s was to be reset on the USB for %s: %s"),
    "wait": (logging.INFO, "the EdgeTPU %s is left alone, the CPU computes %s: %s"),
    "gone": (logging.WARNING, "the EdgeTPU %s is gone, the CPU computes %s: %s"),
}


class StepLog:
    """Writes steps, and who has no EdgeTPU; for any thread."""

    def __init__(self) -> None:
        self._log = LimitedLog(logging.getLogger("edge.runtime.edgetpu"))

    def step(self, step: Step) -> None:
        """A step that an EdgeTPU, or whoever takes care of it, has made."""
        level, line = _LINES[step.kind]
        self._log.log(level, line, step.device, listed(step.users), step.why)

    def no_edgetpu(self, opened: Iterable[OpenedModel], reason: str) -> None:
        """Models have none: a calm line where that is as good, a warning for each of which one was asked for."""
        asked = [one for one in opened if one.choice.kind == "edgetpu" and one.wants_edgetpu]
        calm = [one for one in opened if one not in asked and one.wants_edgetpu]
        for one in asked:
            self._log.log(logging.WARNING, "%s is to run on the EdgeTPU: %s; the CPU computes it", one.user, reason)
        if calm:
            self._log.log(logging.INFO, "%s; the CPU computes %s", reason, listed(users_of(calm)))

    def refused(self, opened: OpenedModel, reason: str) -> None:
        """A model that no EdgeTPU will ever run."""
        self._log.log(logging.WARNING, "%s: %s; the CPU computes it", opened.user, reason)


def listed(words: tuple[str, ...]) -> str:
    """As a person says it: ``pose, action and hands``."""
    *others, last = words or ("nothing",)
    return f"{', '.join(others)} and {last}" if others else last
