"""How a worker's process ended, in words for people."""

from __future__ import annotations

import signal

from edge.runtime.interpreter import runtime_release

_MISFIT = (signal.SIGSEGV, signal.SIGBUS, signal.SIGILL)
"""How a library ends that was built for another release of what it is loaded into."""


def how_it_ended(status: int, said: str) -> str:
    """A sentence; ``status`` is as of ``subprocess``, ``said`` what was written to stderr last, or nothing."""
    how = f"by {_name(-status)}" if status < 0 else f"with status {status}"
    return f"its process was ended {how}{f': {said}' if said else ''}"


def misfit(status: int, library_version: str) -> str:
    """What to do about libedgetpu, to append to the sentence, where a process ended like that before any invoke.

    Each build of it fits one release of TensorFlow Lite; empty where the end does not look like that.
    """
    if -status not in _MISFIT:
        return ""
    library = f"libedgetpu ({library_version})" if library_version else "libedgetpu"
    return f"; {library} may not fit {runtime_release()}: install a libedgetpu1-std that was built for it"


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # most of those for real time have none
        return f"signal {number}"
