"""A Coral on USB: how fast its line is, and whether the kernel may put it to sleep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.doctor.checks.coral import port
from edge.doctor.finding import Finding, ok, skipped, warning
from edge.runtime.edgetpu.devices import find_edgetpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System
    from edge.runtime.edgetpu.devices import EdgeTpu

_USB3_MBIT_S = 5000.0
_NONE = "no Coral is on USB"


def on_usb(system: System) -> tuple[EdgeTpu, ...]:
    """Those on USB."""
    return tuple(tpu for tpu in find_edgetpus(system) if tpu.kind == "usb")


def link(subject: Subject) -> Iterator[Finding]:
    """A Coral on USB 2 spends most of its time moving pictures."""
    name, tpus = "edgetpu.link", on_usb(subject.system)
    for tpu in tpus:
        if not tpu.speed_mbit_s:
            yield skipped(name, f"the kernel does not say how fast the line of {tpu.name} is")
        elif tpu.speed_mbit_s < _USB3_MBIT_S:
            why = f"{tpu.name} runs at {tpu.speed_mbit_s:.0f} Mbit/s, which is USB 2, a tenth of what it can"
            yield warning(name, why, "plug it into a blue USB 3 port, with the cable it came with or another for USB 3")
        else:
            yield ok(name, f"{tpu.name} runs at {tpu.speed_mbit_s:.0f} Mbit/s, USB 3")
    if not tpus:
        yield skipped(name, _NONE)


def sleep(subject: Subject) -> Iterator[Finding]:
    """The kernel leaves a Coral awake unless somebody tells it otherwise: powertop, TLP; some do not wake again."""
    name, system = "edgetpu.sleep", subject.system
    tpus = on_usb(system)
    for tpu in tpus:
        control = system.read(f"{tpu.path}/power/control")
        if control == "auto":
            why = f"the kernel may put {tpu.name} to sleep (autosuspend), and it may stall when it wakes"
            fix = f"run: echo on | sudo tee {tpu.path}/power/control; and have what has set that (powertop, TLP) leave "
            yield warning(name, why, f"{fix}port {port(tpu)} alone")
        elif control:
            yield ok(name, f"the kernel keeps {tpu.name} awake")
        else:
            yield skipped(name, f"the kernel does not say whether it may put {tpu.name} to sleep")
    if not tpus:
        yield skipped(name, _NONE)
