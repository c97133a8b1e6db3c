"""What every file must pass before anybody tries to decode it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from edge.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def require_file(path: Path, what: str) -> None:
    """Check that ``path`` is a readable file with something in it; ``what`` says what is wanted, e.g. "a video".

    Raises:
        InputError: it is missing, a folder, not a regular file, unreadable or empty.
    """
    if not path.exists():
        raise InputError(f"{path} does not exist; give the path of {what}")
    if path.is_dir():
        raise InputError(f"{path} is a folder; give the path of {what}")
    if not path.is_file():
        raise InputError(f"{path} is not a regular file; give the path of {what}")
    if not os.access(path, os.R_OK):
        raise InputError(f"{path} may not be read by this user; check its permissions")
    if path.stat().st_size == 0:
        raise InputError(f"{path} is empty (0 bytes); copy it again")
