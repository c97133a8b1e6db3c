"""``watch-update``: a version that is new here is watched until it has shown that it works, or has made way."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import TYPE_CHECKING

from edge_appliance import debian
from edge_appliance.debian import PACKAGE
from edge_appliance.kept_packages import KeptPackages
from edge_appliance.probation import PROPERTIES, Probation, Service, Times
from edge_appliance.refused_versions import RefusedVersions
from edge_appliance.remembered_settings import RememberedSettings
from edge_appliance.rollback import UNIT, Failed, roll_back
from edge_appliance.say import say
from edge_appliance.system import System
from edge_appliance.update_record import UpdateRecord

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from edge_appliance.debian import Installed

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
        self._again_s = _AGAIN_S

    def look(self, now_s: float) -> float | None:
        """Look once; the seconds until the next look, None where nothing is pending.

        Raises:
            OSError: what is to be remembered cannot be written.
        """
        found = debian.installed(self._system)
        if not found.is_whole and debian.is_at_work(self._system):
            return self._times.look_s
        if not found.is_wanted or (found.is_whole and found.version == self._record.good()):
            return None
        if found.version != self._version:
            self._begin(found.version)
        service = self._service(found)
        verdict = self._probation.look(now_s, service)
        if verdict == "good":
            self._confirm()
            return None
        if verdict == "failed":
            return self._fail(service)
        return self._times.look_s

    def _begin(self, version: str) -> None:
        self._version, self._probation, self._again_s = version, Probation(self._times), _AGAIN_S
        good = self._record.good()
        back = f"{good}, whose package is kept" if good and KeptPackages(self._system).of(good) else "nothing"
        say(f"{PACKAGE} {version} is new here and is watched until it has worked for a while; way back: {back}")

    def _service(self, found: Installed) -> Service:
        """What systemd says; a package that is there in part, with nobody at work on it, is no service."""
        if not found.is_whole:
            return _HALF_THERE
        said = self._system.run("systemctl", "show", UNIT, f"--property={','.join(PROPERTIES)}")
        return Service(dict(line.split("=", 1) for line in said.text.splitlines() if "=" in line))

    def _confirm(self) -> None:
        version = self._version
        RememberedSettings(self._system).remember()
        RefusedVersions(self._system).confirm(version)
        rolled_back = self._record.rolled_back()
        if rolled_back and debian.is_later(self._system, version, rolled_back, or_same=True):
            self._record.forget_rolled_back()
        # Last: from then on nothing is pending, so nothing else is made up for after a power cut.
        self._record.set_good(version)
        KeptPackages(self._system).drop_all_but(version)
        say(f"{PACKAGE} {version} works")

    def _fail(self, service: Service) -> float | None:
        if roll_back(self._system, Failed(self._version, self._probation.why, service)):
            return None
        wait_s, self._again_s = self._again_s, min(2 * self._again_s, _MOST_AGAIN_S)
        return wait_s
