"""Putting the version that works back in the place of one that does not."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge_appliance import debian
from edge_appliance.debian import PACKAGE
from edge_appliance.kept_packages import KeptPackages
from edge_appliance.limited_commands import QUICK_S, last_lines
from edge_appliance.refused_versions import RefusedVersions
from edge_appliance.remembered_settings import RememberedSettings
from edge_appliance.say import say, say_error
from edge_appliance.update_record import RolledBack, UpdateRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_appliance.limited_commands import Output
    from edge_appliance.probation import Service
    from edge_appliance.system import System

UNIT = "edge.service"
_LOG_LINES = 20
_STOP_S = QUICK_S


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
        KeptPackages(system).drop_all_but(good)
        say(f"{PACKAGE} {good} is installed as before")
    else:
        say_error(f"dpkg could not install {deb} (trying again soon): {last_lines(done.text)}")
    return done.is_well


def _install(system: System, deb: Path) -> Output:
    # Stopped by us it forgets how often its starts have failed, and writes no more settings.
    system.run("systemctl", "stop", UNIT, limit_s=_STOP_S)
    if wrong := RememberedSettings(system).restore():
        say_error(wrong)
    done = debian.install(system, deb)
    # Also after a failure: whatever is there may work, and nobody but us has stopped it.
    system.run("systemctl", "start", "--no-block", UNIT)
    return done


@contextmanager
def _as_far_as_possible() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        say_error(f"what became of the update could not be written down: {error}")


@contextmanager
def _to_the_end() -> Iterator[None]:
    """A shutdown waits until this is over: systemd sends SIGTERM, and SIGKILL only minutes later."""
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _no_way_back(good: str) -> str:
    return f"no package of {good} has been kept" if good else "no version before it has worked here"


def _told(system: System, failed: Failed, restored: str) -> RolledBack:
    log = system.run("journalctl", f"--unit={UNIT}", f"--lines={_LOG_LINES}", "--no-pager", "--output=cat")
    service = {name: value for name, value in failed.service.said.items() if value}
    return RolledBack(failed.version, restored, failed.why, service, log.text.splitlines()[-_LOG_LINES:])
