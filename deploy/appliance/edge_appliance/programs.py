"""Other programs of the machine."""

from __future__ import annotations

import shutil
import subprocess

from edge_appliance.errors import ApplianceError

_LIMIT_S = 90.0


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


def is_active(unit: str) -> bool:
    """Whether a unit of systemd runs; at boot, what comes after us does not yet."""
    if shutil.which("systemctl") is None:
        return False
    return subprocess.run(["systemctl", "is-active", "--quiet", unit], check=False).returncode == 0


def take_over(unit: str, action: str) -> None:
    """Have a unit reload or restart, where it runs, without waiting for it."""
    if is_active(unit):
        run("systemctl", "--no-block", action, unit)
