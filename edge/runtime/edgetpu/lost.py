"""Why a worker is of no use any more. Each is a sentence for people that begins with "it", "its" or what it names.

Lost
├── LibraryMissing   libedgetpu cannot be loaded: nothing but an installation helps
├── Busy             another process has the EdgeTPU
└── NoneRuns         there is no model that it can run
"""

from __future__ import annotations

from edge.errors import EdgeError


class Lost(EdgeError):  # noqa: N818  # it is the state of a worker
    """The worker has ended, failed, or does not answer."""


class LibraryMissing(Lost):
    """libedgetpu is not installed, or is none for this machine."""


class Busy(Lost):
    """Another process has the EdgeTPU."""


class NoneRuns(Lost):
    """It has loaded none of its models: it can run no other either."""


def not_working(device: str, lost: Exception) -> str:
    """A sentence on why an EdgeTPU does not compute, which has been lost."""
    if isinstance(lost, (LibraryMissing, NoneRuns)):
        return str(lost)
    if isinstance(lost, Busy):
        return f"the EdgeTPU {device} is not free: {lost}"
    return f"the EdgeTPU {device} does not work: {lost}"
