"""Resetting a device on the USB, as unplugging it and plugging it in would.

``python -m edge.runtime.edgetpu.usb_reset NODE`` does it, in a process of its own: the kernel may take as long as it
likes, and whoever waits for it cannot be ended meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import select
import subprocess
import sys
from typing import TYPE_CHECKING

from edge.base.child import module_command, running_child

if TYPE_CHECKING:
    from pathlib import Path

_USBDEVFS_RESET = 0x5514
_LIMIT_S = 10.0


def reset_usb(node: Path, stop: int) -> str:
    """Reset the device of ``node``; why that failed, empty where it did not. Also ends once ``stop`` can be read."""
    try:
        return _reset_apart(node, stop)
    except OSError as error:
        return f"no process can be started for it: {error.strerror}"


def _reset_apart(node: Path, stop: int) -> str:
    with running_child(module_command(__name__, str(node)), stderr=subprocess.PIPE) as child:
        end = os.pidfd_open(child.pid)
        try:
            ready, _, _ = select.select([end, stop], [], [], _LIMIT_S)
        finally:
            os.close(end)
        if end not in ready:
            return f"it did not end within {_LIMIT_S:g} s"
        _, said = child.communicate()
        return said.decode(errors="replace").strip()


def _reset(node: str) -> None:
    try:
        fd = os.open(node, os.O_WRONLY)
        fcntl.ioctl(fd, _USBDEVFS_RESET, 0)
    except OSError as error:
        sys.exit(f"{node}: {error.strerror}")


if __name__ == "__main__":
    _reset(sys.argv[1])
