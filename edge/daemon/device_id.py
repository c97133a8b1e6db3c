"""The device's own name, stable across restarts and different for every card that is flashed."""

from __future__ import annotations

import hashlib
import re
import socket
from pathlib import Path

_MACHINE_ID = Path("/etc/machine-id")
_SERIAL_NUMBER = Path("/sys/firmware/devicetree/base/serial-number")
_HOST_LENGTH = 59
"""What is left of the 64 characters of an id."""


def device_id(configured: str, machine_id: Path = _MACHINE_ID) -> str:
    """The configured id, or the host name, "-" and 4 hex digits of a hash of the machine id.

    A host name that ends with these digits is the id as it is: edge-appliance gives such names. What an id may not hold
    is replaced in the host name. The machine id itself is confidential (machine-id(5)), hence the hash.
    """
    if configured:
        return configured
    try:
        secret = machine_id.read_bytes().strip()
    except OSError:
        secret = b""
    digits = hashlib.sha256(b"edge-vision" + secret).hexdigest()[:4]
    host = re.sub(r"[^A-Za-z0-9_-]+", "-", socket.gethostname().partition(".")[0])[:_HOST_LENGTH].strip("-")
    return host if host.endswith(f"-{digits}") else f"{host or 'edge'}-{digits}"


def serial_number(path: Path = _SERIAL_NUMBER) -> str:
    """That of the board, as it is printed by the kernel; empty where it has none."""
    try:
        text = path.read_text(encoding="ascii").rstrip("\0\n ")
    except (OSError, ValueError):
        return ""
    return text if text.isalnum() else ""
