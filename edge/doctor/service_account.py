"""Who runs the appliance, and which device nodes that user may open."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path, PurePath

    from edge.doctor.system import System

SERVICE_USER = "edge"


@dataclass(frozen=True, slots=True)
class Account:
    """A user: ``gids`` are the groups in force, ``lacking_login`` those granted since, which only a new login gives."""

    name: str
    uid: int
    gids: frozenset[int]
    lacking_login: frozenset[str] = frozenset()
    is_service: bool = False

    def may_use(self, system: System, node: str) -> bool:
        """Whether the user may read and write a device node."""
        return self._may(system.path(node), os.R_OK | os.W_OK)

    def may_read(self, system: System, file: PurePath) -> bool:
        """Whether the user may read a file and go through all folders to it."""
        folders = [system.path(str(folder)) for folder in file.parents[:-1]]
        return all(self._may(folder, os.X_OK) for folder in folders) and self._may(system.path(str(file)), os.R_OK)

    def _may(self, path: Path, mode: int) -> bool:
        """Whether the user has all of ``mode``, bits of ``os.access``, which are those of rwx."""
        if self.uid == os.geteuid():  # the kernel knows of access lists too, which logged-in users are given
            return os.access(path, mode)
        if self.uid == 0:
            return True
        state = path.stat()
        shift = 6 if state.st_uid == self.uid else 3 if state.st_gid in self.gids else 0
        return state.st_mode >> shift & mode == mode


def account_of(system: System) -> Account:
    """The user of the service where that is installed, else whoever runs this."""
    users = {fields[0]: fields for fields in _table(system, "/etc/passwd")}
    members = _members(system)
    service = users.get(SERVICE_USER)
    if service:
        gids = {gid for gid, names in members.values() if SERVICE_USER in names}
        return Account(SERVICE_USER, int(service[2]), frozenset({int(service[3]), *gids}), is_service=True)
    name = next((name for name, fields in users.items() if fields[2] == str(system.uid)), str(system.uid))
    late = {group for group, (gid, names) in members.items() if name in names and gid not in system.gids}
    return Account(name, system.uid, system.gids, frozenset(late))


def missing_groups(system: System, account: Account, wanted: Iterable[str]) -> list[str]:
    """Those of the groups that exist here and that the user is not in."""
    members = _members(system)
    return [group for group in wanted if group in members and members[group][0] not in account.gids]


def group_name(system: System, node: str) -> str:
    """The name of the group that a device node belongs to; its number where the group has none."""
    gid = system.path(node).stat().st_gid
    return next((name for name, (number, _) in _members(system).items() if number == gid), str(gid))


def _members(system: System) -> Mapping[str, tuple[int, tuple[str, ...]]]:
    """Number and listed members of each group."""
    return {fields[0]: (int(fields[2]), tuple(fields[3].split(","))) for fields in _table(system, "/etc/group")}


def _table(system: System, name: str) -> Iterator[list[str]]:
    """The lines of passwd(5) or group(5), split; those that are none are left out."""
    for line in system.read(name).splitlines():
        fields = line.split(":")
        if len(fields) >= 4 and fields[2].isdecimal():  # noqa: PLR2004  # name, password, number, the rest
            yield fields
