"""The attached monitor, and what drawing on it takes; none has to be there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from edge.doctor.checks.groups import join_groups
from edge.doctor.finding import Finding, ok, skipped, warning
from edge.doctor.service_account import account_of, group_name
from edge.monitor.connectors import SYSFS, choose, connectors
from edge.monitor.desktop import boots_to_desktop
from edge.monitor.settings import DisplaySettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject
    from edge.doctor.system import System
    from edge.monitor.connectors import Connector

_BOOT, _KERNEL_LINE = "/boot/firmware/config.txt", "/boot/firmware/cmdline.txt"
_DRIVER = f"put dtoverlay=vc4-kms-v3d into {_BOOT} and reboot"
_NO_DESKTOP = "for its picture run: sudo systemctl set-default multi-user.target, and reboot"
_NOT_WANTED = "display.backend = none: no picture is shown"
_NOTHING_ATTACHED = "no screen is attached where the picture would be shown"
# Panels on ribbon cables and in virtual machines are described elsewhere.
_DESCRIBES_ITSELF = ("HDMI", "DVI", "DP", "VGA")
# Who has a card open, in the kernel's own words: command, process, card, is it master, is it authenticated, user, …
_MASTER = re.compile(r"^\s*(\S.*?)\s+(\d+)\s+\d+\s+y\s+[yn]\s+(\d+)\s", re.MULTILINE)


def screen(subject: Subject) -> Iterator[Finding]:
    """The outputs, what is attached to them, and which is used."""
    name, system, wanted = "display.screen", subject.system, subject.settings[DisplaySettings].connector
    outputs = _outputs(system)
    names = ", ".join(output.name for output in outputs)
    attached = ", ".join(output.name for output in outputs if output.is_connected)
    chosen = _chosen(subject)
    if not _is_wanted(subject):
        yield skipped(name, _NOT_WANTED)
    elif not outputs:
        yield _no_output(subject)
    elif chosen:
        there = f"a screen is attached to {attached}" if attached else "no output can tell whether it has a screen"
        yield ok(name, f"{there}; the picture is for {chosen.name}")
    elif wanted != "auto" and wanted not in {output.name for output in outputs}:
        why = f"display.connector = {wanted}, but there is no such output; there are: {names}"
        yield warning(name, why, "set display.connector to one of these, or to auto")
    elif attached:
        why = f"display.connector = {wanted}, but the screen is attached to {attached}"
        yield warning(name, why, f"plug it into {wanted}, or set display.connector to auto")
    else:
        yield skipped(name, f"no screen is attached to {names}; none is needed")


def edid(subject: Subject) -> Iterator[Finding]:
    """Whether the screen says what it can show; without that the kernel guesses, and many screens stay black."""
    name, system, output = "display.edid", subject.system, _chosen(subject)
    if output is None:
        yield skipped(name, _NOTHING_ATTACHED)
    elif not output.name.startswith(_DESCRIBES_ITSELF):
        yield skipped(name, f"{output.name} is no output whose screen describes itself")
    elif output.edid:
        yield ok(name, f"the screen at {output.name} says what it can show")
    elif f"video={output.name}:" in system.read("/proc/cmdline"):
        yield ok(name, f"the screen at {output.name} does not say what it can show, but the kernel's command line does")
    else:
        why = f"the screen at {output.name} does not say what it can show (no EDID): the cable or an adapter loses it"
        fix = f"try another cable; or add video={output.name}:1920x1080M@60D to the line in {_KERNEL_LINE} and reboot"
        yield warning(name, why, fix)


def permissions(subject: Subject) -> Iterator[Finding]:
    """Whether the appliance's user may draw."""
    name, system, output = "display.permissions", subject.system, _chosen(subject)
    account = account_of(system)
    if output is None:
        yield skipped(name, _NOTHING_ATTACHED)
    elif not system.exists(output.device):
        why = f"a screen is attached to {output.name}, but there is no {output.device}"
        yield warning(name, why, "run: sudo udevadm trigger; in a container, hand it in")
    elif not account.may_use(system, output.device):
        why = f"a screen is attached to {output.name}, but the user {account.name} may not open {output.device}"
        yield warning(name, why, join_groups(account, [group_name(system, output.device)]))
    else:
        yield ok(name, f"the user {account.name} may open {output.device}")


def in_use(subject: Subject) -> Iterator[Finding]:
    """Whether somebody else draws on the screen: one program at a time can."""
    name, system, output = "display.in_use", subject.system, _chosen(subject)
    account = account_of(system)
    if output is None:
        yield skipped(name, _NOTHING_ATTACHED)
        return
    masters = _MASTER.findall(system.read(f"/sys/kernel/debug/dri/{output.card.removeprefix('card')}/clients"))
    others = [f"{command}, process {process}" for command, process, uid in masters if int(uid) != account.uid]
    if not account.is_service:
        yield skipped(name, "not installed as a service; on a desktop, edge run --window shows the picture")
    elif subject.settings[DisplaySettings].backend == "auto" and boots_to_desktop(system.root):
        yield skipped(name, f"the service leaves the screen to the desktop that this machine boots to; {_NO_DESKTOP}")
    elif others:
        why = f"another program has the screen: {others[0]}"
        yield warning(name, why, "stop it; or set display.backend to none, and on a desktop use: edge run --window")
    elif masters:
        yield ok(name, "Edge has the screen")
    elif system.uid:
        yield skipped(name, "whether another program has the screen, root can see: sudo edge doctor")
    else:
        yield ok(name, "nobody else has the screen")


def window(subject: Subject) -> Iterator[Finding]:
    """What a window on a desktop needs; the picture on a monitor does without."""
    name = "display.window"
    if any((Path(folder) / "pygame").is_dir() for folder in subject.system.python_path):
        yield ok(name, "pygame is installed, for edge run --window")
    else:
        yield skipped(name, "pygame is not installed; only edge run --window needs it: sudo apt install python3-pygame")


def _is_wanted(subject: Subject) -> bool:
    return subject.settings[DisplaySettings].backend != "none"


def _no_output(subject: Subject) -> Finding:
    name, system = "display.screen", subject.system
    if not system.is_raspberry_pi:
        return skipped(name, "this machine has no output for a screen; none is needed")
    why = "the kernel drives no screen here: the driver with KMS is not loaded"
    if subject.settings[DisplaySettings].backend == "screen":
        return warning(name, why, _DRIVER)
    return skipped(name, f"{why}; to use a screen, {_DRIVER}")


def _outputs(system: System) -> tuple[Connector, ...]:
    return connectors(system.path(str(SYSFS)))


def _chosen(subject: Subject) -> Connector | None:
    """The output that the service would use, where a picture is wanted and a screen is attached."""
    return (
        choose(_outputs(subject.system), subject.settings[DisplaySettings].connector) if _is_wanted(subject) else None
    )
