"""What every file must pass before anybody tries to decode it."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from edge.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder, as far as it may be looked at."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return False


def require_there(path: Path, what: str) -> os.stat_result:
    """The state of ``path``, which may be anything; ``what`` says what is wanted, e.g. "a video".

    Raises:
        InputError: it is missing, or may not be looked at.
    """
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"{path} does not exist; give the path of {what}") from None
    except OSError as error:
        reason = f"cannot be looked at ({error.strerror}); check its name and the permissions of its folders"
        raise InputError(f"{path} {reason}") from None


def require_file(path: Path, what: str) -> None:
    """Check that ``path`` is a readable file with something in it; ``what`` as for :func:`require_there`.

    Raises:
        InputError: it is missing, a folder, not a regular file, unreadable or empty.
    """
    state = require_there(path, what)
    if stat.S_ISDIR(state.st_mode):
        raise InputError(f"{path} is a folder; give the path of {what}")
    if not stat.S_ISREG(state.st_mode):
        raise InputError(f"{path} is not a regular file; give the path of {what}")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path} may not be read by this user; check its permissions")
    if state.st_size == 0:
        raise InputError(f"{path} is empty (0 bytes); copy it again")
