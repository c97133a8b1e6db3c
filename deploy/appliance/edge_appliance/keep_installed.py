"""``keep-installed``: a copy of the edge-vision that has been installed together with this package, or before it.

apt tells of what it installs only who was there when it began.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from edge_appliance import debian
from edge_appliance.kept_packages import KeptPackages
from edge_appliance.system import System

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser(
        "keep-installed", help="keep the installed edge-vision, if apt has its file still, or was given it just now"
    )
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Keep it, where it is found; the exit status."""
    keep_installed(System(), files_of_callers())
    return 0


def keep_installed(system: System, files: Iterable[Path]) -> None:
    """Have a copy of the installed version, from apt's cache or from among .deb ``files``; raises ``OSError``."""
    now, kept = debian.installed(system), KeptPackages(system)
    if now is not None and now.is_wanted:  # dpkg may not call it whole before the triggers at the end
        kept.keep_from_cache(now.version)
        kept.keep_from(now.version, files)


def files_of_callers() -> Iterator[Path]:
    """The .deb files that apt or dpkg was given, which has this run: those named to any process above this one.

    As far up as the same person is at work: nobody else chooses what is kept.
    """
    process = os.getppid()
    while process:
        folder = Path(f"/proc/{process}")
        try:
            said = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
            if int(said["Uid"].split()[0]) != os.getuid():
                return
            where, words = (folder / "cwd").readlink(), (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has ended
            return
        yield from (where / os.fsdecode(word) for word in words if word.endswith(b".deb"))
        process = int(said["PPid"])
