"""Putting the version that works back in the place of one that does not, or completing it where it is there in part."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_appliance import debian, unit
from edge_appliance.debian import PACKAGE
from edge_appliance.kept_packages import KeptPackages
from edge_appliance.limited_commands import QUICK_S
from edge_appliance.refused_versions import RefusedVersions
from edge_appliance.remembered_settings import RememberedSettings
from edge_appliance.say import say, say_error
from edge_appliance.unit import UNIT
from edge_appliance.update_record import RolledBack, UpdateRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_appliance.limited_commands import Output
    from edge_appliance.probation import Service
    from edge_appliance.system import System

_LOG_LINES = 20
_STOP_S = QUICK_S
_STOPPED = "/run/edge-appliance/stopped"
"""There while the service is stopped by us; gone with the next boot, which starts it."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A version that does not work, why, and what systemd says of its service."""

    version: str
    why: str
    service: Service


def roll_back(system: System, failed: Failed) -> bool:
    """Go back to the good version; whether all is done that can be.

    What is decided is on the disk before dpkg begins: after a power cut nobody takes the failed version for a good one.
    Where that cannot be written, the way back is taken all the same.
    """
    record = UpdateRecord(system.state)
    good = record.good()
    deb = KeptPackages(system).of(good) if good else None
    if deb is None:
        with _as_far_as_possible():
            record.set_rolled_back(_told(system, failed, restored=""))
        say_error(f"{PACKAGE} {failed.version} does not work: {failed.why}. There is no way back: {_no_way_back(good)}")
        return True
    say_error(f"{PACKAGE} {failed.version} does not work: {failed.why}. Going back to {good}")
    with _as_far_as_possible():
        RefusedVersions(system).refuse(failed.version)
    with _as_far_as_possible():
        record.set_rolled_back(_told(system, failed, restored=good))
    with _to_the_end():
        done = _install(system, deb)
        if done.is_well:
            KeptPackages(system).drop_what_is_done_with(good)
            say(f"{PACKAGE} {good} is installed as before")
        else:
            say_error(f"dpkg could not install {deb} (trying again soon): {done.last_words}")
    return done.is_well


def complete(system: System, good: str) -> bool:
    """Complete the good version, which is installed in part; whether it is whole now.

    That is no fault of its own: dpkg was kept from putting it back, or from putting another in its place.
    """
    say(f"{PACKAGE} {good} works, but is installed in part; completing it")
    with _to_the_end():
        done = debian.configure(system)
        deb = KeptPackages(system).of(good)
        if deb is not None and not debian.is_complete(system):
            done = debian.install(system, deb)
        is_whole = debian.is_complete(system)
        if not is_whole:
            say_error(f"dpkg could not complete {PACKAGE} {good} (trying again soon): {done.last_words}")
    return is_whole


def start_what_was_stopped(system: System) -> None:
    """Start the service, where whoever has stopped it was killed before he could."""
    if system.path(_STOPPED).exists():
        say(f"{PACKAGE} was stopped to go back to another version, which was interrupted; starting it")
        _start(system)


def _install(system: System, deb: Path) -> Output:
    # A service that is switched off and does not run is not started by us either.
    is_to_run = unit.is_enabled(system) or not unit.service(system).is_at_rest
    if is_to_run:
        with _as_far_as_possible():
            mark = system.path(_STOPPED)
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
    # Stopped by us it forgets how often its starts have failed, and writes no more settings.
    system.run("systemctl", "stop", UNIT, limit_s=_STOP_S)
    try:
        if wrong := RememberedSettings(system).restore():
            say_error(wrong)
        return debian.install(system, deb)
    finally:
        # Also after a failure: whatever is there may work, and nobody but us has stopped it.
        if is_to_run:
            _start(system)


def _start(system: System) -> None:
    unit.start(system)
    system.path(_STOPPED).unlink(missing_ok=True)


@contextmanager
def _as_far_as_possible() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        say_error(f"what became of the update could not be written down: {error}")


@contextmanager
def _to_the_end() -> Iterator[None]:
    """A shutdown waits until this is over, and no longer: systemd sends SIGTERM, and SIGKILL only minutes later."""
    signals: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: signals.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
        if signals:
            signal.raise_signal(signal.SIGTERM)


def _no_way_back(good: str) -> str:
    return f"no package of {good} has been kept" if good else "no version before it has worked here"


def _told(system: System, failed: Failed, restored: str) -> RolledBack:
    log = system.run("journalctl", f"--unit={UNIT}", f"--lines={_LOG_LINES}", "--no-pager", "--output=cat")
    service = {name: value for name, value in failed.service.said.items() if value}
    return RolledBack(failed.version, restored, failed.why, service, log.text.splitlines()[-_LOG_LINES:])
