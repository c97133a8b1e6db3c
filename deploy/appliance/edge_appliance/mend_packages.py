"""``mend-packages``: completes at boot, before the service starts, what a power cut has kept dpkg from completing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_appliance import debian
from edge_appliance.debian import PACKAGE
from edge_appliance.kept_packages import KeptPackages
from edge_appliance.limited_commands import last_lines
from edge_appliance.rollback import UNIT
from edge_appliance.say import say, say_error
from edge_appliance.system import System
from edge_appliance.update_record import UpdateRecord

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("mend-packages", help="complete an installation that a power cut has interrupted")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Complete what there is; the exit status."""
    return 0 if mend_packages(System()) else 1


def mend_packages(system: System) -> bool:
    """Complete what is installed in part; whether edge-vision is whole afterwards.

    Where it cannot be completed, a kept package is installed again: the one that has worked, else the newest. No
    network is used. Each step has a time of its own, so that a boot is held up for minutes at most.
    """
    left = debian.unfinished(system)
    if not left and not debian.has_journal(system):
        return True
    say(f"an installation was interrupted; completing: {', '.join(left) or 'the database of dpkg'}")
    done = debian.configure_pending(system)
    if not done.is_well:
        say_error(f"dpkg --configure --pending: {last_lines(done.text)}")
    is_whole = _is_whole(system) or any(_install(system, deb) for deb in _kept(system))
    # The units may have changed, or come, since this boot began.
    system.run("systemctl", "daemon-reload")
    if system.run("systemctl", "is-enabled", "--quiet", UNIT).is_well:
        system.run("systemctl", "start", "--no-block", UNIT)
    if not is_whole:
        say_error(f"{PACKAGE} could not be completed; with a network: sudo apt-get --fix-broken install")
    return is_whole


def _is_whole(system: System) -> bool:
    found = debian.installed(system)
    return found.is_whole or not found.is_wanted


def _kept(system: System) -> Iterator[Path]:
    """The good one first: what was interrupted may come again."""
    kept, good = KeptPackages(system), UpdateRecord(system.state).good()
    found = (kept.of(good) if good else None, kept.newest())
    yield from dict.fromkeys(path for path in found if path is not None)


def _install(system: System, deb: Path) -> bool:
    say(f"installing {deb} again")
    done = debian.install(system, deb, at_boot=True)
    if not done.is_well:
        say_error(f"dpkg --install {deb}: {last_lines(done.text)}")
    return done.is_well
