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
    "ready": (logging.INFO, "the EdgeTPU %s computes %s now (%s)"),
    "lost": (logging.WARNING, "the EdgeTPU %s is lost for %s: %s"),
    "restart": (logging.INFO, "the EdgeTPU %s is started again for %s (%s)"),
    "reset": (logging.INFO, "the EdgeTPU %s was reset on the USB for %s: %s"),
    "wait": (logging.INFO, "the EdgeTPU %s is left alone for now, without %s: %s"),
    "gone": (logging.WARNING, "the EdgeTPU %s is gone for %s: %s"),
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
        """Models have none: a calm line where the CPU is as good, a warning for each of which an EdgeTPU was asked.

        Of one that only an EdgeTPU can run, whoever opens or invokes it is told.
        """
        on_cpu = [(one, path) for one in opened if (path := one.cpu_variant)]
        for one, path in on_cpu:
            if one.choice.kind == "edgetpu":
                line = "%s is to run on the EdgeTPU: %s; the CPU runs %s"
                self._log.log(logging.WARNING, line, one.user, reason, path.name)
        calm = users_of(one for one, _ in on_cpu if one.choice.kind != "edgetpu")
        if calm:
            self._log.log(logging.INFO, "%s; the CPU computes %s", reason, listed(calm))

    def out_of(self, error: Exception) -> None:
        """This machine has run out of something, as threads or descriptors."""
        self._log.log(logging.WARNING, "EdgeTPUs cannot be looked after now (%s); it is tried again", error)

    def refused(self, opened: OpenedModel, reason: str) -> None:
        """A model that an EdgeTPU does not run although it could have it."""
        instead = "; the CPU computes it" if opened.cpu_variant else ""
        self._log.log(logging.WARNING, "%s: %s%s", opened.user, reason, instead)


def listed(words: tuple[str, ...]) -> str:
    """As a person says it: ``pose, action and hands``."""
    *others, last = words or ("nothing",)
    return f"{', '.join(others)} and {last}" if others else last
