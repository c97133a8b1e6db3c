"""The device's own name, stable across restarts and different for every card that is flashed."""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path

_MACHINE_ID = Path("/etc/machine-id")


def device_id(configured: str, machine_id: Path = _MACHINE_ID) -> str:
    """The configured id, or the host name, "-" and 4 hex digits of a hash of the machine id.

    The machine id itself is confidential (machine-id(5)), hence the hash.
    """
    if configured:
        return configured
    try:
        secret = machine_id.read_bytes().strip()
    except OSError:
        secret = b""
    digest = hashlib.sha256(b"edge-vision" + secret).hexdigest()
    return f"{socket.gethostname().split('.')[0]}-{digest[:4]}"
