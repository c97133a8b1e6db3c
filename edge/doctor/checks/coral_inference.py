"""A Coral at work: one inference, in processes that may die of it."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import TYPE_CHECKING

from edge.doctor.checks.coral import NONE
from edge.doctor.checks.coral_library import FITTING, installed
from edge.doctor.checks.coral_tasks import wishes
from edge.doctor.checks.models import overrides
from edge.doctor.finding import Finding, explained, failed, ok, skipped
from edge.doctor.probe import ProbeError, probe
from edge.runtime.edgetpu.device_lock import holder_of, lock_owner
from edge.runtime.edgetpu.devices import find_edgetpus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from edge.doctor.subject import Subject
    from edge.doctor.system import System
    from edge.runtime.edgetpu.devices import EdgeTpu

_PROBE_S = 42.0
_NAME = "edgetpu.inference"
_AGAIN = "unplug it and plug it in, and look at: sudo dmesg | tail; see edgetpu.permissions and system.power"
# How a library ends a process that was built for another release of the runtime than the one that loads it.
_SKEW = ("SIGSEGV", "SIGBUS", "SIGILL")


def inference(subject: Subject) -> Iterator[Finding]:
    """Whether each that is free runs a model, with the library and the TFLite runtime that are here."""
    system, wanted = subject.system, wishes(subject.settings)
    request = {"tasks": list(wanted), "overrides": overrides(subject.settings, *wanted)}
    tpus = find_edgetpus(system)
    if not tpus:
        yield skipped(_NAME, NONE)
        return
    with ThreadPoolExecutor(len(tpus)) as side_by_side:  # the check has a limit, however many there are
        yield from side_by_side.map(lambda tpu: _not_free(system, tpu) or _tried(system, tpu, request), tpus)


def _not_free(system: System, tpu: EdgeTpu) -> Finding | None:
    """Why it cannot be tried; None where it can."""
    if lock_owner(tpu) is not None:
        return skipped(_NAME, f"Edge has {tpu.name}; how it does, edge watch shows")
    if holder_of(tpu.node, system):
        return skipped(_NAME, f"another program has {tpu.name}; see edgetpu.in_use")
    if not os.access(system.path(tpu.node), os.R_OK | os.W_OK):
        return skipped(_NAME, f"you may not open {tpu.node}; try with sudo, and see edgetpu.permissions")
    return None


def _tried(system: System, tpu: EdgeTpu, request: Mapping[str, object]) -> Finding:
    try:
        found = probe(system, "edgetpu", {"tpu": asdict(tpu), **request}, _PROBE_S)
    except ProbeError as error:
        return _broken(system, tpu, str(error))
    if not found["model"]:
        return skipped(_NAME, "there is no model for the EdgeTPU to try it with; see edgetpu.models")
    ran = f"{tpu.name} runs {found['model']} in {found['invoke_ms']:.1f} ms, its first run not counted"
    return ok(_NAME, f"{ran} ({found['runtime']})")


def _broken(system: System, tpu: EdgeTpu, error: str) -> Finding:
    if not any(signal in error for signal in _SKEW):
        return explained(_NAME, f"{tpu.name}: {error}", _AGAIN)
    package = " ".join(installed(system)).strip() or "libedgetpu"
    why = f"{tpu.name}: {error.partition(';')[0]}: {package} does not fit the TFLite runtime"
    return failed(_NAME, why, FITTING)
