"""``broker-login``: the one place where the broker's login is made."""

from __future__ import annotations

import fcntl
import os
import pwd
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from edge_appliance import programs
from edge_appliance.broker_owner import MARK, USER, edge_login, is_ours, whose_else
from edge_appliance.durable_file import remove_durably, write_durably
from edge_appliance.errors import ApplianceError
from edge_appliance.password import MOST_BYTES, given_password, new_password
from edge_appliance.places import Places

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

_ROOT = (0, 0)
_SETTINGS = f"""\
{MARK} It is not written again while it is there. What you want otherwise goes in
# here, or this file goes and one of your own comes: docs/broker.md of Edge.
listener 1883
allow_anonymous false
password_file /etc/mosquitto/passwords
"""
_ANNOUNCEMENT = """\
<?xml version="1.0" standalone="no"?>
<!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group>
  <name replace-wildcards="yes">Edge on %h</name>
  <service>
    <type>_mqtt._tcp</type>
    <port>1883</port>
  </service>
</service-group>
"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = commands.add_parser("broker-login", help="make the broker's login, or give it another password")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--new", action="store_true", help="a new password, even where there is one")
    how.add_argument("--stdin", action="store_true", help="the password on the first line of stdin")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make what is missing, or another password; the exit status.

    Raises:
        ApplianceError: the broker is not ours, or the password cannot be used.
    """
    places = Places()
    if reason := whose_else(places):
        raise ApplianceError(f"{reason}; its logins are made there")
    if arguments.stdin:
        make_login(places, given_password(sys.stdin.buffer.readline(MOST_BYTES)))
    elif arguments.new:
        make_login(places, new_password())
    elif not has_login(places):
        make_login(places, password_of(places) or new_password())
    return 0


def has_login(places: Places) -> bool:
    """Whether everything of a login of ours is there: at most boots."""
    return (
        places.broker_settings.exists()
        and password_of(places) is not None
        and any(line.startswith(f"{USER}:") for line in _broker_users(places))
        and edge_login(places).username == USER
    )


def password_of(places: Places) -> str | None:
    """The password that Edge has for the broker, which a person may have put there."""
    try:
        lines = places.credential.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    return lines[0].strip() if lines and lines[0].strip() else None


def make_login(places: Places, password: str) -> None:
    """Have the broker and Edge know the password; each step may be interrupted.

    The broker's file is without our user from before Edge's password changes until after. So wherever this ends, either
    both have the same, or ``has_login`` says that there is none, and the next boot makes it, of the password that Edge
    has. What shows a password that was there before goes. The broker's other users stay.

    Raises:
        ApplianceError: a program has failed.
        OSError: a file cannot be written.
    """
    with _alone(places):
        others = [line for line in _broker_users(places) if not line.startswith(f"{USER}:")]
        own, is_new = _hashed(password), not places.broker_settings.exists()
        # First: it fails where anything is wrong in the settings. An open broker minds no user without a password.
        if edge_login(places).username != USER:
            programs.run("edge", "config", "set", "mqtt.username", USER)
        _write_broker_users(places, others)
        places.credential.parent.mkdir(mode=0o700, exist_ok=True)
        write_durably(places.credential, f"{password}\n".encode(), mode=0o600)
        _write_broker_users(places, [*others, own])
        if is_new:
            write_durably(places.broker_settings, _SETTINGS.encode())
        announce(places)
        for shown in (places.shown_login, places.shown_issue):
            shown.unlink(missing_ok=True)
        programs.take_over("mosquitto.service", "restart" if is_new else "reload")
        programs.take_over("edge.service", "restart")


def announce(places: Places) -> None:
    """Have the network know of the broker as long as it is ours; a person's own announcement stays."""
    if not places.announcement.parent.is_dir():
        return
    is_there = places.announcement.exists()
    if is_ours(places.broker_settings):
        if not is_there:
            write_durably(places.announcement, _ANNOUNCEMENT.encode())
    elif is_there and places.announcement.read_bytes() == _ANNOUNCEMENT.encode():
        remove_durably(places.announcement)


def _broker_users(places: Places) -> list[str]:
    try:
        return places.broker_passwords.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _write_broker_users(places: Places, lines: list[str]) -> None:
    content = "".join(f"{line}\n" for line in lines)
    write_durably(places.broker_passwords, content.encode(), mode=0o600, owner=_owner("mosquitto"))


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """One makes a login at a time; two at once could leave the hash of one password and the other password."""
    handle = os.open(places.mosquitto, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _hashed(password: str) -> str:
    """A line for the broker, by its own tool: releases hash differently, and a command line is seen by everybody."""
    with tempfile.TemporaryDirectory(prefix="edge-login-", dir=_memory()) as folder:
        file = Path(folder, "login")
        write_durably(file, f"{USER}:{password}\n".encode(), mode=0o600)
        programs.run("mosquitto_passwd", "-U", str(file))
        line = file.read_text(encoding="utf-8").strip()
    if line == f"{USER}:{password}" or not line.startswith(f"{USER}:$"):
        raise ApplianceError("mosquitto_passwd has made no hash of the password")
    return line


def _memory() -> str | None:
    """A folder that is on no card."""
    return "/run" if Path("/run/systemd").is_dir() else None


def _owner(user: str) -> tuple[int, int]:
    """A user and its group, by number.

    Raises:
        ApplianceError: there is no such user.
    """
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        raise ApplianceError(f"there is no user {user}; is mosquitto installed?") from None
    return found.pw_uid, found.pw_gid
