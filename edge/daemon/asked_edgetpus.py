"""EdgeTPUs for whoever runs a task without the service: only where they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.daemon.build import needs_edgetpu
from edge.runtime.edgetpu.pool import EdgeTpus
from edge.tasks.common.device import device_choice

if TYPE_CHECKING:
    from edge.config.sections import Settings
    from edge.types import TaskName


def asked_edgetpus(task: TaskName, settings: Settings) -> EdgeTpus | None:
    """Those of this machine where ``task`` is set to one, or its model can run nowhere else; to be closed in the end.

    With ``auto`` the CPU computes what it can, so that the same pictures give the same results wherever a command is
    run, and the service keeps its EdgeTPU.
    """
    is_asked = device_choice(task, settings).kind == "edgetpu" or needs_edgetpu(task, settings)
    return EdgeTpus() if is_asked else None
