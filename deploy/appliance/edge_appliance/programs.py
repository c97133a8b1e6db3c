"""Other programs of the machine."""

from __future__ import annotations

import shutil
import subprocess

from edge_appliance.errors import ApplianceError

_LIMIT_S = 90.0
_STARTS = "activating"
_RUNS = frozenset({"active", "reloading", "refreshing", _STARTS})


def run(*command: str) -> str:
    """What a command says on stdout.

    Raises:
        ApplianceError: it is not there, fails, or does not end.
    """
    name = " ".join(command)
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_LIMIT_S
        )
    except OSError as error:
        raise ApplianceError(f"{command[0]} cannot be run ({error.strerror})") from error
    except subprocess.TimeoutExpired:
        raise ApplianceError(f"{name} has not ended within {_LIMIT_S:.0f} s") from None
    if done.returncode != 0:
        reason = " ".join((done.stderr or done.stdout).split()) or f"exit status {done.returncode}"
        raise ApplianceError(f"{name}: {reason}")
    return done.stdout.strip()


def take_over(unit: str, action: str) -> None:
    """Have a unit reload or restart, where it runs, without waiting for it; at boot, what comes after us does not yet.

    One that is just starting may have read already what has changed since, and cannot be told to reload: it restarts.
    """
    state = _state(unit)
    if state in _RUNS:
        run("systemctl", "--no-block", "restart" if state == _STARTS else action, unit)


def _state(unit: str) -> str:
    """How systemd calls the state of a unit; "" where there is no systemd."""
    if shutil.which("systemctl") is None:
        return ""
    return subprocess.run(["systemctl", "is-active", unit], capture_output=True, text=True, check=False).stdout.strip()
