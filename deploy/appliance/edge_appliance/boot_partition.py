"""A password that a person has put on the card with a laptop."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from edge_appliance import broker_login
from edge_appliance.broker_owner import whose_else
from edge_appliance.durable_file import remove_durably
from edge_appliance.errors import ApplianceError
from edge_appliance.password import MOST_BYTES, given_password

if TYPE_CHECKING:
    from pathlib import Path

    from edge_appliance.places import Places

NAMES = ("edge-broker-password.txt", "edge-broker-password.txt.txt")
"""Windows hides endings, and people save the second one."""
_ERRORS = "edge-broker-password.errors.txt"


def take_password(places: Places) -> None:
    """Give the broker's login the password that waits on the boot partition, and take that away from there.

    A password that cannot be used stays, and a file beside it says why.

    Raises:
        ApplianceError: the password cannot be used or cannot be removed, or a program has failed.
        OSError: a file cannot be written.
    """
    folder = places.boot_partition
    errors = folder / _ERRORS
    waiting = [path for path in (folder / name for name in NAMES) if path.is_file() and not _is_wiped(path)]
    if not waiting:
        with suppress(OSError):
            errors.unlink(missing_ok=True)
        return
    found = waiting[0]
    try:
        password = _password_in(waiting, places)
        if not (broker_login.has_login(places) and broker_login.password_of(places) == password):
            broker_login.make_login(places, password)
            print(f"the broker has the password of {found}")
    except ApplianceError as error:
        with suppress(OSError):  # a card may be read-only
            errors.write_text(f"{found.name}: {error}\n", encoding="utf-8")
        raise ApplianceError(f"{found}: {error}") from error
    try:
        _wipe(found)
    except OSError as error:
        again = "its password comes back with each boot until you remove it"
        raise ApplianceError(f"{found} cannot be removed ({error.strerror}); {again}") from error
    errors.unlink(missing_ok=True)


def _password_in(files: list[Path], places: Places) -> str:
    if len(files) > 1:
        raise ApplianceError(f"there is {files[1].name}, too; keep one of the two")
    if reason := whose_else(places):
        raise ApplianceError(f"{reason}; its logins are made there")
    with files[0].open("rb") as content:
        return given_password(content.read(MOST_BYTES))


def _is_wiped(path: Path) -> bool:
    """Whether only the removal of a password that was taken over is left to do; it is done then."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES)
    if not content or content.strip(b"\0"):
        return False
    remove_durably(path)
    return True


def _wipe(path: Path) -> None:
    """Remove a file; what was in it is written over first, as every computer can read that partition."""
    handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        # A password is never read from beyond; whoever has saved a film under this name has another one.
        os.write(handle, bytes(min(os.fstat(handle).st_size, MOST_BYTES)))
        os.fsync(handle)
    finally:
        os.close(handle)
    remove_durably(path)
