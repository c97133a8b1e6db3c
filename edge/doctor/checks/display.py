"""Whether a screen is attached; none is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.doctor.checks.groups import join_groups
from edge.doctor.finding import Finding, ok, skipped, warning
from edge.doctor.service_account import account_of, group_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.doctor.subject import Subject


def screen(subject: Subject) -> Iterator[Finding]:
    """The kernel's connectors, and whether the appliance's user may draw."""
    name, system = "display.screen", subject.system
    states = system.find("/sys/class/drm/card*-*/status")
    connected = [state.split("/")[-2].partition("-")[2] for state in states if system.read(state) == "connected"]
    if not connected:
        why = "no screen is attached" if states else "this machine has no output for a screen"
        yield skipped(name, f"{why}; none is needed")
        return
    account = account_of(system)
    cards = system.find("/dev/dri/card*")
    if cards and not any(account.may_use(system, card) for card in cards):
        why = f"a screen is attached to {connected[0]}, but the user {account.name} may not open {cards[0]}"
        yield warning(name, why, join_groups(account, [group_name(system, cards[0])]))
    else:
        yield ok(name, f"a screen is attached to {', '.join(connected)}")
