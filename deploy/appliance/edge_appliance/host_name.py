"""The machine's name in the network: ``edge-1a2b``, where nobody has chosen another."""

from __future__ import annotations

import hashlib
import re
import socket
from typing import TYPE_CHECKING

from edge_appliance import programs
from edge_appliance.durable_file import write_durably
from edge_appliance.errors import ApplianceError

if TYPE_CHECKING:
    from edge_appliance.places import Places

_NOBODYS_CHOICE = frozenset({"", "edge", "localhost", "raspberrypi", "debian"})
"""What images are called; all copies of one are called the same."""
_OWN_ADDRESS = "127.0.1.1"


def digits_of(places: Places) -> str:
    """Four hex digits of this machine, those that Edge has in its device id; the machine id itself is confidential.

    Raises:
        ApplianceError: the machine has no id yet.
    """
    try:
        secret = places.machine_id.read_bytes().strip()
    except OSError as error:
        raise ApplianceError(f"{places.machine_id} cannot be read ({error.strerror})") from error
    if not re.fullmatch(rb"[0-9a-f]{32}", secret):
        raise ApplianceError(f"{places.machine_id} has no machine id in it; run systemd-machine-id-setup")
    return hashlib.sha256(b"edge-vision" + secret).hexdigest()[:4]


def give_name(places: Places) -> None:
    """Name the machine, where it still has the name of an image.

    Raises:
        ApplianceError: it has no machine id, or systemd will not name it.
        OSError: /etc/hosts cannot be changed.
    """
    old = socket.gethostname().partition(".")[0]
    if old not in _NOBODYS_CHOICE:
        return
    new = f"edge-{digits_of(places)}"
    lines = places.hosts.read_text().splitlines() if places.hosts.exists() else ["127.0.0.1 localhost"]
    write_durably(places.hosts, "".join(f"{line}\n" for line in _renamed(lines, old, new)).encode())
    programs.run("hostnamectl", "hostname", new)
    programs.take_over("avahi-daemon.service", "restart")
    print(f"this machine is called {new} from now on")


def _renamed(lines: list[str], old: str, new: str) -> list[str]:
    """The lines of /etc/hosts: the machine's own address leads to its new name, what else is there stays."""
    renamed, is_there = [], False
    for line in lines:
        address, *names = line.partition("#")[0].split() or [""]
        if address == _OWN_ADDRESS and (old in names or new in names):
            line = f"{_OWN_ADDRESS}\t{' '.join([new, *(name for name in names if name not in {old, new})])}"  # noqa: PLW2901
            is_there = True
        renamed.append(line)
    return renamed if is_there else [*renamed, f"{_OWN_ADDRESS}\t{new}"]
