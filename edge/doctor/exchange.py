"""Speaking with a child process that may hang, or never stop speaking itself."""

from __future__ import annotations

import os
import selectors
import time
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

MOST_BYTES = 65_536
"""Of each output this many bytes are kept, the last ones: a child that was led astray may write without end."""


def exchange(process: subprocess.Popen[bytes], said: bytes, limit_s: float) -> tuple[bytes, bytes]:
    """Give a child with three pipes ``said``, and wait for its end; what stdout and stderr end with.

    Raises:
        TimeoutError: it has not closed them within ``limit_s``.
        TimeoutExpired: it has, and has not ended.
    """
    until_s = time.monotonic() + limit_s
    out, complaint = _PipeReader(process.stdout), _PipeReader(process.stderr)
    with selectors.DefaultSelector() as selector:
        selector.register(_descriptor(process.stdin), selectors.EVENT_WRITE, _PipeWriter(process.stdin, said))
        for listener in (out, complaint):
            selector.register(_descriptor(listener.pipe), selectors.EVENT_READ, listener)
        while selector.get_map():
            ready = selector.select(max(0.0, until_s - time.monotonic()))
            if time.monotonic() >= until_s:
                raise TimeoutError
            for key, _ in ready:
                if not key.data.goes_on():
                    selector.unregister(key.fd)
                    key.data.pipe.close()
    process.wait(max(0.0, until_s - time.monotonic()))
    return out.heard, complaint.heard


def _descriptor(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise ValueError("the child has no such pipe")
    return pipe.fileno()


@dataclass(slots=True)
class _PipeWriter:
    """Writes as much as the child takes."""

    pipe: IO[bytes] | None
    left: bytes

    def __post_init__(self) -> None:
        os.set_blocking(_descriptor(self.pipe), False)

    def goes_on(self) -> bool:
        try:
            self.left = self.left[os.write(_descriptor(self.pipe), self.left) :]
        except BrokenPipeError:  # it does not listen
            return False
        return bool(self.left)


@dataclass(slots=True)
class _PipeReader:
    """Reads, and keeps the last of it."""

    pipe: IO[bytes] | None
    heard: bytes = b""

    def goes_on(self) -> bool:
        new = os.read(_descriptor(self.pipe), MOST_BYTES)
        self.heard = (self.heard + new)[-MOST_BYTES:]
        return bool(new)
