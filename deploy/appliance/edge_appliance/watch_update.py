"""``watch-update``: a version that is new here is watched until it has shown that it works, or has made way."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import TYPE_CHECKING

from edge_appliance import debian, unit
from edge_appliance.debian import PACKAGE
from edge_appliance.kept_packages import KeptPackages
from edge_appliance.probation import Probation, Service, Times
from edge_appliance.refused_versions import RefusedVersions
from edge_appliance.remembered_settings import RememberedSettings
from edge_appliance.rollback import Failed, complete, roll_back, start_what_was_stopped
from edge_appliance.say import say
from edge_appliance.system import System
from edge_appliance.update_record import UpdateRecord

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

_HALF_THERE = Service({"LoadState": "loaded", "ActiveState": "failed", "Result": "its package is installed in part"})
_AGAIN_S, _MOST_AGAIN_S = 15.0, 600.0
"""Another apt may be at work when dpkg is needed, or the card be full; each wait is twice as long."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("watch-update", help="watch a new edge-vision; go back where it does not work")
    for field in fields(Times):
        option = f"--{field.name.replace('_', '-')}"
        parser.add_argument(option, type=type(field.default), default=field.default, metavar="N")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Watch what is pending; the exit status."""
    times = Times(*(getattr(arguments, field.name) for field in fields(Times)))
    watch(System(), times)
    return 0


def watch(
    system: System,
    times: Times,
    clock_s: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> None:
    """Watch until nothing is pending any more; at once, where nothing is.

    Raises:
        OSError: what is to be remembered cannot be written.
    """
    start_what_was_stopped(system)
    watcher = UpdateWatcher(system, times)
    while (wait_s := watcher.look(clock_s())) is not None:
        sleep(wait_s)


class UpdateWatcher:
    """A version is pending where it is installed and not the one that is known to be good.

    So there is nothing else to remember, and after a power cut the watch begins anew.
    """

    def __init__(self, system: System, times: Times) -> None:
        self._system = system
        self._times = times
        self._record = UpdateRecord(system.state)
        self._version = ""
        self._probation = Probation(times)
        self._failed: Failed | None = None
        self._again_s = _AGAIN_S

    def look(self, now_s: float) -> float | None:
        """Look once; the seconds until the next look, None where nothing is pending.

        Raises:
            OSError: what is to be remembered cannot be written.
        """
        # Asked before and after: apt may come to its end, or begin, between two questions.
        was_at_work = debian.is_at_work(self._system)
        found = debian.installed(self._system)
        if found is None or (not found.is_whole and (was_at_work or debian.is_at_work(self._system))):
            self._probation.pause()
            return self._times.look_s if found else _AGAIN_S
        if not found.is_wanted:
            return None
        if found.version == self._record.good():
            return None if found.is_whole or complete(self._system, found.version) else self._wait_s()
        if found.version != self._version:
            self._begin(found.version)
        service = unit.service(self._system) if found.is_whole else _HALF_THERE
        if not service.said:  # no answer in time
            self._probation.pause()
            return self._times.look_s
        return self._judge(now_s, service)

    def _judge(self, now_s: float, service: Service) -> float | None:
        verdict = self._probation.look(now_s, service)
        if verdict == "good":
            self._confirm()
            return None
        if verdict == "failed":
            self._failed = Failed(self._version, self._probation.why, service)
        elif self._failed is None or service.is_ready or service.is_at_rest:
            return self._times.look_s
        return self._go_back(self._failed)

    def _begin(self, version: str) -> None:
        self._version, self._probation, self._again_s = version, Probation(self._times), _AGAIN_S
        self._failed = None
        good = self._record.good()
        back = f"{good}, whose package is kept" if good and KeptPackages(self._system).of(good) else "nothing"
        say(f"{PACKAGE} {version} is new here and is watched until it has worked for a while; way back: {back}")

    def _confirm(self) -> None:
        version = self._version
        RefusedVersions(self._system).confirm(version)
        rolled_back = self._record.rolled_back()
        if rolled_back and debian.is_later(self._system, version, rolled_back, or_same=True):
            self._record.forget_rolled_back()
        # From then on nothing is pending, so nothing of the above is made up for after a power cut. Of what comes after
        # it, settings are remembered before the next update, too; earlier, the version before would get these.
        self._record.set_good(version)
        RememberedSettings(self._system).remember()
        KeptPackages(self._system).drop_what_is_done_with(version)
        say(f"{PACKAGE} {version} works")

    def _go_back(self, failed: Failed) -> float | None:
        """Go back, or try it again later; a version that works by then is judged anew instead."""
        if debian.is_at_work(self._system):
            return self._times.look_s
        if roll_back(self._system, failed):
            return None
        self._probation = Probation(self._times)
        return self._wait_s()

    def _wait_s(self) -> float:
        wait_s, self._again_s = self._again_s, min(2 * self._again_s, _MOST_AGAIN_S)
        return wait_s
