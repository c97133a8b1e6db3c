"""What the tasks want of a Coral: the one that they name, and models that are compiled for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.doctor.checks.coral import NONE
from edge.doctor.checks.models import overrides
from edge.doctor.finding import Finding, explained, ok, skipped, split_advice, warning
from edge.doctor.probe import ProbeError, probe
from edge.runtime.catalog import load_catalog
from edge.runtime.edgetpu.devices import find_edgetpus
from edge.tasks.common.device import device_choice
from edge.tasks.registry import tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.config.sections import Settings
    from edge.doctor.subject import Subject
    from edge.runtime.device_choice import DeviceChoice
    from edge.types import TaskName

_PROBE_S = 15.0
_PLUG_USB = "unplug it and plug it in, try another cable and port: lsusb must list 1a6e:089a or 18d1:9302"
_PLUG_PCIE = "lspci -nn must list 1ac1:089a, and /dev/apex_0 be there; see edgetpu.pcie"
_LIST = "see what there is with: edge models list"


def choice(subject: Subject) -> Iterator[Finding]:
    """Whether the EdgeTPU that a task is to run on is there."""
    name, wanted = "edgetpu.choice", wishes(subject.settings)
    here = [tpu.name for tpu in find_edgetpus(subject.system)]
    for task, wish in wanted.items():
        if wish.device and wish.device not in here:
            why = f"{task} is to run on {wish.device}, which is not attached; the CPU computes it if it can"
            there = f"; or set its device to edgetpu, or to {' or '.join(here)}" if here else ""
            yield warning(name, why, f"{_plug(wish)}{there}")
        elif wish.kind == "edgetpu" and not here:
            yield warning(
                name,
                f"{task} is to run on an EdgeTPU, and none is attached; the CPU computes it if it can",
                _plug(wish),
            )
        elif here:
            yield ok(name, f"{task} may run on {wish.device or ' or '.join(here)}")
    if not wanted:
        yield skipped(name, "no task is to run on an EdgeTPU")
    elif not here and all(wish.kind == "auto" for wish in wanted.values()):
        yield skipped(name, NONE)


def models(subject: Subject) -> Iterator[Finding]:
    """Whether the models of the tasks that may run on an EdgeTPU are there for it."""
    name, system, settings = "edgetpu.models", subject.system, subject.settings
    wanted = wishes(settings)
    if not find_edgetpus(system):
        yield skipped(name, NONE)
        return
    request = {"tasks": list(wanted), "overrides": overrides(settings, *wanted)}
    try:
        found = probe(system, "variants", request, _PROBE_S)["variants"]
    except ProbeError as error:
        yield explained(name, str(error), _LIST)
        return
    for task, (model, compiled, why_none) in found.items():
        why, fix = split_advice(why_none)
        if compiled:
            yield ok(name, f"{model}, of {task}, is here for the EdgeTPU")
        elif fix:
            yield warning(name, f"the CPU computes {task}: {why}", fix)
        else:
            yield skipped(name, f"the CPU computes {task}: {why}{_others(task)}")


def _plug(wish: DeviceChoice) -> str:
    return _PLUG_PCIE if wish.device.startswith("pci:") else _PLUG_USB


def _others(task: str) -> str:
    """The models of the catalogue that an EdgeTPU can run in the place of one for which there is no file."""
    named = [one.name for one in load_catalog().models.values() if one.task == task and one.file("edgetpu")]
    return f"; there is one for {', '.join(named)}" if named else ""


def wishes(settings: Settings) -> dict[TaskName, DeviceChoice]:
    """Of each enabled task that may run on an EdgeTPU, on which."""
    enabled = [name for name, task in tasks().items() if settings[task.section].enabled]
    chosen = {
        name: device_choice(name, settings) for name in enabled if hasattr(settings[tasks()[name].section], "device")
    }
    return {name: choice for name, choice in chosen.items() if choice.kind != "cpu"}
