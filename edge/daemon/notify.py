"""Telling the service manager how it goes; see sd_notify(3).

The protocol is a few lines over a socket, so nothing has to be installed for it. Without a service manager nothing is
told.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_US_PER_S = 1_000_000
_LONGEST_STATUS = 1000


class ServiceManager:
    """systemd, or nobody. Never raises: who does not listen is not told."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        # A name that begins with @ lies in the abstract namespace of Linux.
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self.is_there = bool(address)
        """Whether there is anybody who can start the service anew when it ends."""
        self.watchdog_s = _watchdog_s(environ)
        """The service is restarted when no sign of life comes for so long; None: nobody looks."""
        self._status = ""

    def ready(self) -> None:
        """Say that the start, or a reload, is over."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """Say that the configuration is being read again."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the end has begun."""
        self._tell("STOPPING=1")

    def alive(self) -> None:
        """Give a sign of life."""
        self._tell("WATCHDOG=1")

    def status(self, sentence: str) -> None:
        """Set the sentence that ``systemctl status`` shows; nothing is told where it stays the same."""
        line = " ".join(sentence.split())[:_LONGEST_STATUS]
        if line != self._status:
            self._status = line
            self._tell(f"STATUS={line}")

    def _tell(self, what: str) -> None:
        if not self._address:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
            sock.connect(self._address)
            sock.sendall(what.encode(errors="replace"))


def _watchdog_s(environ: Mapping[str, str]) -> float | None:
    """After sd_watchdog_enabled(3): set for us, or for whoever reads it."""
    text, meant_for = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
    if not text.isdecimal() or int(text) == 0 or meant_for not in {"", str(os.getpid())}:
        return None
    return int(text) / _US_PER_S
