"""``mend-packages``: completes at boot, before the service starts, what a power cut has kept dpkg from completing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_appliance import debian, unit
from edge_appliance.debian import PACKAGE
from edge_appliance.durable_file import write_durably
from edge_appliance.kept_packages import KeptPackages
from edge_appliance.remembered_settings import RememberedSettings
from edge_appliance.say import say, say_error
from edge_appliance.system import System
from edge_appliance.update_record import UpdateRecord

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from pathlib import Path

    from edge_appliance.debian import Installed
    from edge_appliance.limited_commands import Output

INTERRUPTED = "interrupted"
_OTHERS = "edge-package-repair-others.service"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("mend-packages", help="complete an installation that a power cut has interrupted")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Complete what there is; the exit status."""
    return 0 if mend_packages(System()) else 1


def mend_packages(system: System) -> bool:
    """Complete edge-vision where it is installed in part; whether it is whole afterwards.

    Where it cannot be completed, a kept package is installed again: the one that has worked, else the newest. No
    network is used. Other packages are completed beside the service, which does not wait for them: a kernel may take
    minutes. One that has failed, instead of having been interrupted, would only fail again, and is left to apt.
    """
    was_interrupted = _was_interrupted(system)
    found = debian.installed(system)
    if found is None:
        say_error("dpkg does not say what is installed; see: dpkg --audit")
        is_whole = False
    else:
        is_whole = found.is_whole or not found.is_wanted or _complete(system, found, was_interrupted=was_interrupted)
    if was_interrupted and (debian.has_journal(system) or debian.unfinished(system)):
        say("an installation was interrupted; what it has left of other packages is completed beside Edge")
        system.run("systemctl", "start", "--no-block", _OTHERS)
    elif was_interrupted and found is not None:
        _mark(system).unlink(missing_ok=True)
    return is_whole


def _mark(system: System) -> Path:
    """There from an interruption on until other packages are completed, too; then ``_OTHERS`` removes it."""
    return system.state / INTERRUPTED


def _was_interrupted(system: System) -> bool:
    """Whether an installation was, at this boot or before; the first dpkg that writes takes its journal away."""
    mark = _mark(system)
    if not debian.has_journal(system):
        return mark.exists()
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        write_durably(mark, b"")
    except OSError as error:
        say_error(f"after another power cut other packages would be forgotten: {error}")
    return True


def _complete(system: System, found: Installed, *, was_interrupted: bool) -> bool:
    say(f"an installation was interrupted; completing: {PACKAGE} {found.version} ({found.status})")
    is_whole = any(_has_helped(system, done) for done in _ways(system, found, was_interrupted=was_interrupted))
    # The units may have changed, or come, since this boot began.
    system.run("systemctl", "daemon-reload")
    if unit.is_enabled(system):
        unit.start(system)
    if not is_whole:
        say_error(f"{PACKAGE} could not be completed; with a network: sudo apt-get --fix-broken install")
    return is_whole


def _has_helped(system: System, done: Output) -> bool:
    if not done.is_well:
        say_error(f"dpkg: {done.last_words}")
    return debian.is_complete(system)


def _ways(system: System, found: Installed, *, was_interrupted: bool) -> Iterator[Output]:
    """What may help, one after another. Edge may depend on others that were interrupted; those may take long."""
    is_unpacked = found.status != "half-installed"
    if is_unpacked:
        yield debian.configure(system, at_boot=True)
    if is_unpacked and was_interrupted:
        yield debian.configure_all(system)
        yield from _installations(system, found)
    else:
        yield from _installations(system, found)
        yield debian.configure_all(system)


def _installations(system: System, found: Installed) -> Iterator[Output]:
    """The good one first: what was interrupted may come again."""
    kept, good = KeptPackages(system), UpdateRecord(system.state).good()
    deb, newest = kept.of(good) if good else None, kept.newest()
    if deb is not None:
        if found.version != good and (wrong := RememberedSettings(system).restore()):
            say_error(wrong)
        yield _install(system, deb)
    if newest is not None and newest != deb:
        yield _install(system, newest)


def _install(system: System, deb: Path) -> Output:
    say(f"installing {deb} again")
    return debian.install(system, deb, at_boot=True)
