"""The groups of the user who runs the appliance, which the devices belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.doctor.finding import Finding, ok, warning
from edge.doctor.service_account import Account, account_of, missing_groups

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject

GROUPS = ("video", "render", "plugdev", "apex")


def groups(subject: Subject) -> Iterator[Finding]:
    """Cameras and screens belong to video, graphics to render, a Coral on USB to plugdev, on PCIe to apex."""
    name, account = "system.groups", account_of(subject.system)
    missing = missing_groups(subject.system, account, GROUPS)
    if account.uid == 0:
        yield ok(name, "root may use every device")
    elif missing:
        yield warning(name, f"the user {account.name} is not in {', '.join(missing)}", join_groups(account, missing))
    else:
        yield ok(name, f"the user {account.name} is in all of {', '.join(GROUPS)} that exist here")


def join_groups(account: Account, wanted: list[str]) -> str:
    """What to do so that the user is in the groups."""
    granted = account.lacking_login.issuperset(wanted)
    if granted:
        return "log out and in again: the user has been added, but this login is older"
    then = "sudo systemctl restart edge" if account.is_service else "log out and in again"
    return f"run: sudo usermod -aG {','.join(wanted)} {account.name}; then {then}"
