"""Where the store is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE_STATE = Path("/var/lib/edge")


def service_state(environ: Mapping[str, str] = os.environ, installed: Path = SERVICE_STATE) -> Path | None:
    """The state folder of the service, to it (under systemd) and to others where it is installed; None elsewhere."""
    state = environ.get("STATE_DIRECTORY", "").partition(":")[0]
    if state:
        return Path(state)
    return installed if os.access(installed, os.R_OK | os.X_OK) else None


def store_folder(environ: Mapping[str, str] = os.environ, installed: Path = SERVICE_STATE) -> Path:
    """The folder of the models.

    Under systemd it lies in the state folder of the service. Where the service is installed, commands typed by a person
    use that same folder, or the daemon would not find what they pull. Elsewhere it is in the user's data folder; for an
    account without a home, as in a container, it is where the service's would be.
    """
    state = service_state(environ, installed)
    if state:
        return state / "models"
    data = environ.get("XDG_DATA_HOME", "")
    # The specification of the XDG folders has relative paths ignored.
    if data.startswith("/"):
        return Path(data) / "edge" / "models"
    try:
        return Path.home() / ".local" / "share" / "edge" / "models"
    except RuntimeError:
        return installed / "models"


def change_command(words: str) -> str:
    """What a person types to change the store; as root where it is the service's."""
    return f"{'sudo ' if service_state() else ''}edge models {words}"
