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
    with closing(_listening(tpu, patience_s)):
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


def lock_owner(tpu: EdgeTpu) -> int | None:
    """The process that has locked an EdgeTPU; None where none has, or it cannot be told."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as caller:
        caller.settimeout(_STEP_S)  # so many may have asked before that no more can: nobody takes the calls
        try:
            caller.connect(_address(tpu))
        except OSError:
            return None
        told = caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    process: int = _CREDENTIALS.unpack(told)[0]
    return process


def _address(tpu: EdgeTpu) -> str:
    """An abstract one: it begins with a zero byte."""
    return f"\0edge-edgetpu-{Path(tpu.path).name}"


def _listening(tpu: EdgeTpu, patience_s: float) -> socket.socket:
    """A socket bound to the address of an EdgeTPU, as soon as nobody else has it."""
    until_s = time.monotonic() + patience_s
    while True:
        lock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            lock.bind(_address(tpu))
            lock.listen()
        except OSError as error:
            lock.close()
            if time.monotonic() > until_s:
                raise Busy(f"it is in use by another edge process ({lock_owner(tpu) or 'unknown'})") from error
            time.sleep(_STEP_S)
        else:
            return lock
