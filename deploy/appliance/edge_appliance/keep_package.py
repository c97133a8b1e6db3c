"""``keep-package``: before apt installs an edge-vision, whether there is room, and a copy for the way back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from edge_appliance import debian
from edge_appliance.debian import PACKAGE
from edge_appliance.kept_packages import APT_CACHE, KeptPackages
from edge_appliance.remembered_settings import RememberedSettings
from edge_appliance.say import say
from edge_appliance.system import System
from edge_appliance.update_record import UpdateRecord

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from edge_appliance.debian import Archive

REFUSED = 3
_MB = 1e6


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("keep-package", help="keep each edge-vision among packages; their names come on stdin")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Keep those that apt names; the exit status, of which only ``REFUSED`` is to keep apt from installing."""
    return 0 if keep_packages(System(), sys.stdin) else REFUSED


def keep_packages(system: System, files: Iterable[str]) -> bool:
    """Keep each edge-vision among the .deb ``files`` that are going to be installed.

    False where one of them must not be installed now: there is no room for it. All else that goes wrong is said, and
    costs the way back, not the update.
    """
    archives = [archive for file in files if (archive := _edge_vision(system, Path(file.strip())))]
    for archive in archives:
        if lacking := debian.lacking_bytes(system, archive):
            say(
                f"edge-appliance: {PACKAGE} {archive.version} needs {lacking / _MB:.0f} MB more than are free; nothing"
                " has been changed. Make room (sudo apt-get clean; sudo journalctl --vacuum-size=16M), then try again"
            )
            return False
    for archive in archives:
        try:
            _keep(system, archive)
        except OSError as error:
            say(f"edge-appliance: {PACKAGE} {archive.version} could not be kept: {error}; there is no way back to it")
    return True


def _edge_vision(system: System, file: Path) -> Archive | None:
    """The archive in a file; None for another package's. In apt's cache the names say it, and dpkg is not asked."""
    if file.parent == system.path(APT_CACHE) and not file.name.startswith(f"{PACKAGE}_"):
        return None
    archive = debian.read_archive(system, file)
    return archive if archive is not None and archive.package == PACKAGE else None


def _keep(system: System, archive: Archive) -> None:
    kept, record = KeptPackages(system), UpdateRecord(system.state)
    now = debian.installed(system)
    if now is None:
        kept.keep(archive)
        return
    if now.is_whole:
        kept.keep_from_cache(now.version)
        if record.good() in {"", now.version}:
            RememberedSettings(system).remember()
    kept.keep(archive)
    before = record.good() or now.version
    # The installed one may be confirmed before apt comes to the new one.
    kept.drop_all_but(before, now.version, archive.version)
    if now.is_whole and before != archive.version and kept.of(before) is None:
        say(
            f"edge-appliance: no package of {PACKAGE} {before} has been kept; if {archive.version} does not work, the"
            " machine cannot go back by itself"
        )
    if left := debian.unfinished(system):
        say(f"edge-appliance: these packages are not completely installed: {', '.join(left)}; see: dpkg --audit")
