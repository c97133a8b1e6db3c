"""``edge`` with a fault that no check knows of, for settings that are right: what could not be foreseen.

``pose.max_people = 5`` kills the task of pose at its next frame, 6 the whole process, without a word.
"""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from edge.cli.main import main
from edge.tasks.pose.processor import PoseProcessor
from edge.tasks.pose.settings import PoseSettings

if TYPE_CHECKING:
    from edge.config.sections import Settings

FAILS, IS_KILLED = 5, 6

_tune = PoseProcessor.tune


def _deadly(processor: PoseProcessor, settings: Settings) -> None:
    _tune(processor, settings)

    def process(_frame: object) -> None:
        if settings[PoseSettings].max_people == IS_KILLED:
            os.kill(os.getpid(), signal.SIGKILL)
        raise OverflowError("cannot convert float infinity to integer")

    if settings[PoseSettings].max_people in {FAILS, IS_KILLED}:
        setattr(processor, "process", process)  # noqa: B010  # not a method of this object


if __name__ == "__main__":
    setattr(PoseProcessor, "tune", _deadly)  # noqa: B010  # not a method of this class
    setattr(import_module("edge.daemon.daemon"), "PROBATION_S", float(os.environ["PROBATION_S"]))  # noqa: B010
    sys.exit(main())
