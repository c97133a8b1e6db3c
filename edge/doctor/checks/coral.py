"""A Coral EdgeTPU: what is attached, and who may open it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.doctor.checks.coral_driver import driver_missing
from edge.doctor.checks.groups import join_groups
from edge.doctor.finding import Finding, failed, ok, skipped
from edge.doctor.service_account import account_of, group_name
from edge.runtime.edgetpu.devices import USB_IDS, find_edgetpus, pcie_without_driver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.service_account import Account
    from edge.doctor.subject import Subject
    from edge.doctor.system import System
    from edge.runtime.edgetpu.devices import EdgeTpu

NONE = "no Coral is attached; models run on the CPU"

_RULES = ("/etc/udev/rules.d", "/run/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d")
_VENDORS, _PRODUCTS = ("|".join(words) for words in zip(*USB_IDS, strict=True))
_RULE = {
    "usb": f'SUBSYSTEM=="usb", ATTR{{idVendor}}=="{_VENDORS}", ATTR{{idProduct}}=="{_PRODUCTS}", GROUP="plugdev"',
    "pci": 'SUBSYSTEM=="apex", MODE="0660", GROUP="apex"',
}
_WORD = {"usb": USB_IDS[0][0], "pci": '"apex"'}
"""What a rule for one of that kind has in it."""
_APPLY = "sudo udevadm control --reload && sudo udevadm trigger"


def device(subject: Subject) -> Iterator[Finding]:
    """Whether there is one, and whether the kernel can drive it."""
    name, system = "edgetpu.device", subject.system
    tpus = find_edgetpus(system)
    for tpu in tpus:
        yield ok(name, f"{tpu.name}: {described(tpu)}")
    if pcie_without_driver(system):
        yield driver_missing(system)
    elif not tpus:
        yield skipped(name, NONE)


def permissions(subject: Subject) -> Iterator[Finding]:
    """Whether the appliance's user may open it."""
    name, system, account = "edgetpu.permissions", subject.system, account_of(subject.system)
    tpus = find_edgetpus(system)
    for tpu in tpus:
        if not system.exists(tpu.node):
            why = f"{described(tpu)} has no device node {tpu.node}"
            fix = "in a container, hand in all of /dev/bus/usb: the number changes with the first use"
            yield failed(
                name, why, fix if tpu.kind == "usb" else "run: sudo udevadm trigger; in a container, hand it in"
            )
        elif not account.may_use(system, tpu.node):
            yield failed(name, f"the user {account.name} may not open {tpu.node}", _opened(system, account, tpu))
        else:
            yield ok(name, f"the user {account.name} may open {tpu.node}")
    if not tpus:
        yield skipped(name, NONE)


def described(tpu: EdgeTpu) -> str:
    """One of them, in words."""
    if tpu.kind == "pci":
        return f"a Coral on PCIe, {tpu.node}"
    state = "its firmware is loaded" if tpu.has_firmware else "not used since it was plugged in"
    return f"a Coral on USB, port {port(tpu)} ({state})"


def port(tpu: EdgeTpu) -> str:
    """Where it is plugged in, as the kernel calls it: ``2-1``, ``apex_0``."""
    return tpu.path.rpartition("/")[2]


def _opened(system: System, account: Account, tpu: EdgeTpu) -> str:
    """How the user gets at it: by its group, which a rule of udev gives it at each plugging in."""
    group = group_name(system, tpu.node)
    if group not in {"root", "0"}:
        return join_groups(account, [group])
    rule = _rule_for(system, tpu)
    if rule:
        return f"{rule} has not been applied to it yet: unplug it and plug it in, or run: {_APPLY}"
    made = f"echo '{_RULE[tpu.kind]}' | sudo tee /etc/udev/rules.d/70-coral.rules"
    return f"there is no udev rule for it; run: {made}; {_APPLY}"


def _rule_for(system: System, tpu: EdgeTpu) -> str:
    """A file with a rule for it; empty where there is none."""
    files = (file for folder in _RULES for file in system.find(f"{folder}/*.rules"))
    return next((file for file in files if _WORD[tpu.kind] in system.read(file)), "")
