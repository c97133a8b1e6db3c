"""Whose the store is: the one who changes it is its owner, also where root is asked to."""

from __future__ import annotations

import os
import pwd
import sys
from typing import TYPE_CHECKING

from edge.base.capabilities import may_read_all
from edge.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import NoReturn

_READ_ALL = "dac_read_search"


def become_owner(folder: Path) -> None:
    """Go on as the owner of the store in ``folder``, by starting this command anew, where root runs it for another.

    The owner, the service, can put links where root would write. Of root's rights only that of reading stays: what is
    to be copied may be a person's own.

    Raises:
        ModelError: the store is root's, but in a folder of another; that one is no user of this machine, or there is no
            way to become that user.
    """
    owners = [uid for path in (folder, *folder.parents) if (uid := _owner_uid(path))] if os.geteuid() == 0 else []
    if owners:
        _start_anew_as(owners[0], folder)


def _owner_uid(path: Path) -> int:
    """Who owns what is there, be it a link; root, 0, where nothing is."""
    return path.lstat().st_uid if os.path.lexists(path) else 0


def _start_anew_as(uid: int, folder: Path) -> NoReturn:
    try:
        user = pwd.getpwuid(uid)
    except KeyError:
        raise ModelError(f"{folder}: belongs to the user {uid}, whom this machine does not know; chown it") from None
    if os.path.lexists(folder) and _owner_uid(folder) != uid:
        remedy = f"give it to that user: sudo chown -Rh {user.pw_name}: {folder}"
        raise ModelError(f"{folder}: belongs to root, but lies in a folder of {user.pw_name}; {remedy}")
    identity = ["--reuid", user.pw_name, "--regid", str(user.pw_gid), "--init-groups"]
    # In some containers root has not got it.
    reading = [f"--{kind}-caps=+{_READ_ALL}" for kind in ("inh", "ambient")] if may_read_all("CapPrm", "CapBnd") else []
    words = ["setpriv", *identity, *reading, "--", sys.executable, *sys.orig_argv[1:]]
    try:
        os.execvp(words[0], words)  # noqa: S606  # nobody else's words in it
    except OSError as error:
        raise ModelError(f"{folder}: belongs to {user.pw_name}; run the command as that user ({error})") from error
