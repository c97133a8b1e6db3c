"""Memory that a child process inherits, as a file descriptor that it maps."""

from __future__ import annotations

import fcntl
import os


def shared_memory(name: str, size: int = 0) -> int:
    """A descriptor of new memory, all zeros, that can grow but never shrink; ``name`` is what ``/proc`` calls it.

    Could it shrink, a process might take pages away that another one is writing to, which ends that one.
    """
    memory = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(memory, size)
    fcntl.fcntl(memory, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK)
    return memory
