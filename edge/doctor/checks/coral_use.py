"""Who has a Coral: one process at a time can, and a second one would end the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.doctor.checks.coral import NONE
from edge.doctor.finding import Finding, ok, skipped, warning
from edge.runtime.edgetpu.device_lock import holder_of, lock_owner
from edge.runtime.edgetpu.devices import find_edgetpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject

_FREE_IT = "stop that program; or set inference.device to cpu, or to another EdgeTPU"


def in_use(subject: Subject) -> Iterator[Finding]:
    """Whether Edge has it, somebody else, or nobody."""
    name, system = "edgetpu.in_use", subject.system
    tpus = find_edgetpus(system)
    for tpu in tpus:
        ours = lock_owner(tpu)
        if ours is not None:
            yield ok(name, f"Edge has {tpu.name}, in its process {ours}")
        elif holder := holder_of(tpu.node, system):
            yield warning(name, f"another program has {tpu.name}: {holder}", _FREE_IT)
        elif system.uid:
            yield skipped(name, f"whether another program has {tpu.name}, root can see: sudo edge doctor")
        else:
            yield ok(name, f"nobody has {tpu.name} at the moment")
    if not tpus:
        yield skipped(name, NONE)
