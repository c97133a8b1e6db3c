"""Where a report is written."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.atomic_file import new_file
from edge.errors import EdgeError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_MODE = 0o600


def report_path(given: Path | None, name: str, now: datetime) -> Path:
    """The file to write: the one that is given or, in a folder that is given, else in the current one, its usual name.

    Where the current folder cannot be written that is in the user's own, else where temporary files go.

    Raises:
        EdgeError: there is a file already.
    """
    usual = f"edge-report-{re.sub(r'[^A-Za-z0-9_-]', '-', name)}-{now:%Y%m%d-%H%M%S}.txt"
    folder = _folder() if given is None else given
    path = folder / usual if folder.is_dir() else folder
    if os.path.lexists(path):
        raise _taken(path)
    return path


def save_report(path: Path, text: str, environ: Mapping[str, str] = os.environ) -> None:
    """Write a report, whole or not at all and over no other file, for nobody but whoever has asked for it.

    Behind sudo that is the user who typed it.

    Raises:
        EdgeError: it cannot be written.
    """
    try:
        new_file(path, text.encode("utf-8", errors="backslashreplace"), _MODE, _owner(environ))
    except FileExistsError:
        raise _taken(path) from None
    except OSError as error:
        raise EdgeError(
            f"{path}: cannot be written ({error.strerror}); give another place: edge report FILE"
        ) from error


def _taken(path: Path) -> EdgeError:
    return EdgeError(f"{path}: is there already, and stays as it is; give another name: edge report FILE")


def _owner(environ: Mapping[str, str]) -> tuple[int, int] | None:
    """User and group of whoever has become root by sudo."""
    user, group = environ.get("SUDO_UID", ""), environ.get("SUDO_GID", "")
    return (int(user), int(group)) if os.geteuid() == 0 and user.isdecimal() and group.isdecimal() else None


def _folder() -> Path:
    with suppress(RuntimeError):  # an account without a home
        for folder in (Path(), Path.home()):
            if os.access(folder, os.W_OK | os.X_OK):
                return folder
    return Path(tempfile.gettempdir())
