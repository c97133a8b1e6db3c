"""The packages of edge-vision that are kept, so that there is a way back: the good one, the installed, the newest."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from edge_appliance import debian
from edge_appliance.debian import PACKAGE, file_name, read_archive
from edge_appliance.durable_file import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from edge_appliance.debian import Archive
    from edge_appliance.system import System

APT_CACHE = "/var/cache/apt/archives"
_UNFINISHED = "unfinished"
"""One name for all, so that what a power cut has left is written over."""


class KeptPackages:
    """Lie in a folder of their own, on the file system of the rest of the state."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._folder = system.state / "packages"

    def keep(self, archive: Archive) -> None:
        """Have a copy of an archive, on the disk when this returns; raises ``OSError``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / _UNFINISHED
        try:
            with archive.path.open("rb") as content, unfinished.open("wb") as file:
                shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
        except OSError:  # the disk may be full, and needs the room
            unfinished.unlink(missing_ok=True)
            raise
        unfinished.replace(self._folder / archive.file_name)
        sync_folder(self._folder)

    def keep_from_cache(self, version: str) -> None:
        """Have a copy of a version that is installed, if apt still has it; raises ``OSError``."""
        name = file_name(version, self._architecture())
        self.keep_from(version, [self._system.path(APT_CACHE) / name])

    def keep_from(self, version: str, files: Iterable[Path]) -> None:
        """Have a copy of a version that is installed, if it is among .deb ``files``; raises ``OSError``."""
        for file in files if self.of(version) is None else ():
            archive = read_archive(self._system, file) if file.is_file() else None
            if archive is not None and (archive.package, archive.version) == (PACKAGE, version):
                self.keep(archive)
                return

    def of(self, version: str) -> Path | None:
        """The kept file of a version; None where there is none that says so.

        Only dpkg reads the rest of it, when it installs it.
        """
        for path in self._files():
            archive = read_archive(self._system, path)
            if archive is not None and archive.version == version:
                return path
        return None

    def newest(self) -> Path | None:
        """The file that was kept last; None where there is none."""
        return max(self._files(), key=lambda path: path.stat().st_mtime_ns, default=None)

    def drop_all_but(self, *versions: str) -> None:
        """Keep only these versions, and what does not say its own; all, where none of these is there.

        Raises:
            OSError: one cannot be removed.
        """
        read = {path: read_archive(self._system, path) for path in self._files()}
        found = {path: archive.version for path, archive in read.items() if archive is not None}
        if not set(versions) & set(found.values()):
            return
        for path, version in found.items():
            if version not in versions:
                path.unlink()

    def drop_what_is_done_with(self, good: str) -> None:
        """Keep only the good version; while apt is at work, those that it is about to need, too. Raises ``OSError``."""
        if not debian.is_at_work(self._system):
            self.drop_all_but(good)

    def _files(self) -> Iterator[Path]:
        yield from self._folder.glob(f"{PACKAGE}_*.deb")

    def _architecture(self) -> str:
        return self._system.run("dpkg", "--print-architecture").text
