"""The service on this machine: asked to reload, and what it says to that."""

from __future__ import annotations

import os
import subprocess

from edge.base.folders import SERVICE_RUNTIME
from edge.daemon.reload_outcome import Reloaded, ReloadOutcome
from edge.errors import EdgeError

_RELOAD = ("systemctl", "reload", "edge")
_TIMEOUT_S = 30.0
"""A reload may bring a model from a slow card."""


def reload_service() -> Reloaded:
    """Have systemd reload the service, and wait for what the service makes of it: what is in force now, what waits.

    Raises:
        EdgeError: there is no systemd, no such unit, it will not reload, or the service has refused the file.
    """
    outcome = ReloadOutcome(SERVICE_RUNTIME).after(_ask, _TIMEOUT_S)
    if outcome is None and SERVICE_RUNTIME.is_dir():
        raise EdgeError("what the service makes of it takes long: systemctl status edge")
    if outcome and outcome.refused:
        raise EdgeError(f"the service goes on with what it had: {outcome.refused}")
    return outcome or Reloaded()


def _ask() -> None:
    try:
        done = subprocess.run(_RELOAD, check=False, capture_output=True, text=True)
    except OSError as error:
        raise EdgeError(f"the service has not reloaded: there is no systemctl here ({error.strerror})") from None
    if done.returncode != 0:
        reason = " ".join(done.stderr.split()) or f"exit status {done.returncode}"
        advice = "" if os.geteuid() == 0 else "; try it with sudo"
        raise EdgeError(f"the service has not reloaded: {' '.join(_RELOAD)}: {reason}{advice}")
