"""One process to an EdgeTPU: a second one on the same USB stick ends the first."""

from __future__ import annotations

import os
import socket
import struct
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.machine_files import MachineFiles
from edge.runtime.edgetpu.lost import Busy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.runtime.edgetpu.devices import EdgeTpu

PATIENCE_S = 1.0
"""How long one that was killed may take to let go."""
_STEP_S = 0.02
_CREDENTIALS = struct.Struct("iII")
"""``struct ucred``: process, user and group."""


@contextmanager
def lock_device(tpu: EdgeTpu, patience_s: float = PATIENCE_S) -> Iterator[None]:
    """Have an EdgeTPU to oneself for the block, as far as all are asked who run this very code or have its node open.

    The lock is an abstract Unix socket, which goes with its process, however that ends, and needs no folder.

    Raises:
        Busy: another process has it.
    """
    with closing(_listening(f"\0edge-edgetpu-{Path(tpu.path).name}", patience_s)):
        holder = holder_of(tpu.node)
        if holder:
            raise Busy(f"it is in use by {holder}")
        yield


def holder_of(node: str, files: MachineFiles | None = None) -> str:
    """Who has a device node open, as ``frigate (4844)``; empty where nobody, or nobody whom this user may look at."""
    files = files or MachineFiles()
    for process in files.find("/proc/[0-9]*"):
        number = process.rpartition("/")[2]
        if int(number) != os.getpid() and node in map(files.target, files.find(f"{process}/fd/*")):
            return f"{files.read(f'{process}/comm')} ({number})"
    return ""


def _listening(address: str, patience_s: float) -> socket.socket:
    """A socket bound to ``address``, as soon as nobody else has it."""
    until_s = time.monotonic() + patience_s
    while True:
        lock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            lock.bind(address)
            lock.listen()
        except OSError as error:
            lock.close()
            if time.monotonic() > until_s:
                raise Busy(f"it is in use by another edge process{_owner(address)}") from error
            time.sleep(_STEP_S)
        else:
            return lock


def _owner(address: str) -> str:
    """The number of the process that listens at ``address``, in brackets; empty where it does not say."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as caller:
        try:
            caller.connect(address)
        except OSError:
            return ""
        told = caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return f" ({_CREDENTIALS.unpack(told)[0]})"
