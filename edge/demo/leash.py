"""Starting a program that ends when its parent does, however that ends.

``python -m edge.demo.leash PARENT PROGRAM ARGUMENT…`` becomes the program; ``PARENT`` is the process id of the parent.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def follow_parent(parent: int) -> None:
    """Have this process get SIGTERM as soon as its parent ends; it stays so over an exec (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM))
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(1)


if __name__ == "__main__":
    follow_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606  # the very program we were given
