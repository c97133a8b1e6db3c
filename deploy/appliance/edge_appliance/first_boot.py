"""``first-boot``: at each boot, what the machine lacks of an appliance; at most of them, nothing."""

from __future__ import annotations

import grp
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from edge_appliance import broker_login, programs
from edge_appliance.boot_partition import take_password
from edge_appliance.broker_owner import USER, whose_else
from edge_appliance.durable_file import sync_file, sync_folder, write_durably
from edge_appliance.errors import ApplianceError
from edge_appliance.host_name import give_name
from edge_appliance.password import new_password
from edge_appliance.places import Places

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("first-boot", help="host name, broker and login of this machine, where it has none")
    parser.set_defaults(run=run)


def run(_arguments: argparse.Namespace) -> int:
    """Make what is missing; what fails keeps nothing else from being made. The exit status."""
    places, failures = Places(), 0
    for step in (give_name, give_host_keys, take_password, give_login, broker_login.announce):
        try:
            step(places)
        except (ApplianceError, OSError, ValueError) as error:  # ValueError: a file is no text
            print(f"edge-appliance: {error}", file=sys.stderr)
            failures += 1
    return 1 if failures else 0


def give_host_keys(places: Places) -> None:
    """Have SSH know this machine from its copies, where an image has come without keys, or a power cut has emptied one.

    Who made them, cloud-init or ssh-keygen, has not waited until they were on the disk.

    Raises:
        ApplianceError: ssh-keygen has failed.
        OSError: they cannot be put on the disk.
    """
    folder = places.root / "etc/ssh"
    if not folder.is_dir():
        return
    keys = list(folder.glob("ssh_host_*_key"))
    if not keys or any(key.stat().st_size == 0 for key in keys):
        programs.run("ssh-keygen", "-A", *(("-f", str(places.root)) if places.root != Places().root else ()))
    for key in folder.glob("ssh_host_*_key"):
        sync_file(key)
    sync_folder(folder)


def give_login(places: Places) -> None:
    """Make the broker's login, and have monitor and console show it until the next boot.

    Raises:
        ApplianceError: a program has failed.
        OSError: a file cannot be written.
    """
    reason = whose_else(places)
    if reason:
        print(f"no login is made for the broker: {reason}")
        return
    if broker_login.has_login(places):
        return
    known = broker_login.password_of(places)  # of a start that was interrupted, or put there by a person
    password = known or new_password()
    broker_login.make_login(places, password)
    show(places, password)
    print("the broker lets nobody in without a login now, programs of this machine neither: sudo edge broker-password")


def show(places: Places, password: str) -> None:
    """Put the login where Edge and the console find it; nobody else may read it, and it is never on the card.

    Raises:
        OSError: it cannot be written.
    """
    places.run.mkdir(mode=0o755, exist_ok=True)
    write_durably(places.shown_login, f"{USER}\n{password}\n".encode(), mode=0o640, owner=(os.geteuid(), _group()))
    text = f"  shown until the next boot: the broker's user {USER}, password {password}\n\n"
    write_durably(places.shown_issue, text.encode(), mode=0o600)
    with suppress(ApplianceError):  # a machine without consoles
        programs.run("agetty", "--reload")


def _group() -> int:
    """The group of the service."""
    with suppress(KeyError):
        return grp.getgrnam("edge").gr_gid
    return os.getegid()
