"""The folders that Edge keeps things in: the service's where systemd gives it some, else the user's own.

systemd lists several with colons; the first one counts. The XDG specification has relative paths ignored.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE_STATE = Path("/var/lib/edge")
SERVICE_RUNTIME = Path("/run/edge")


def given_state(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The ``STATE_DIRECTORY`` that systemd gives the service; None to everybody else."""
    return _first(environ, "STATE_DIRECTORY")


def given_runtime(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The ``RUNTIME_DIRECTORY`` that systemd gives the service; None to everybody else."""
    return _first(environ, "RUNTIME_DIRECTORY")


def service_state(environ: Mapping[str, str] = os.environ, installed: Path = SERVICE_STATE) -> Path | None:
    """The state folder of the service, to it and to others where it is installed; None elsewhere."""
    return given_state(environ) or (installed if os.access(installed, os.R_OK | os.X_OK) else None)


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where Edge keeps what it has to remember: the service's state folder, else the user's."""
    return given_state(environ) or _of_user(environ, "XDG_STATE_HOME", ".local/state")


def store_folder(environ: Mapping[str, str] = os.environ, installed: Path = SERVICE_STATE) -> Path:
    """Where the models are.

    Under systemd that is in the state folder of the service. Where the service is installed, commands typed by a person
    use that same folder, or the daemon would not find what they pull. Elsewhere it is in the user's data folder; for an
    account without a home, as in a container, it is where the service's would be.
    """
    try:
        folder = service_state(environ, installed) or _of_user(environ, "XDG_DATA_HOME", ".local/share")
    except RuntimeError:
        folder = installed
    return folder / "models"


def _first(environ: Mapping[str, str], variable: str) -> Path | None:
    folder = environ.get(variable, "").partition(":")[0]
    return Path(folder) if folder else None


def _of_user(environ: Mapping[str, str], variable: str, otherwise: str) -> Path:
    """Raises ``RuntimeError`` for an account without a home."""
    given = environ.get(variable, "")
    return (Path(given) if given.startswith("/") else Path.home() / otherwise) / "edge"
