"""The kernel's word that a monitor was plugged in or out."""

from __future__ import annotations

import socket

NETLINK_KOBJECT_UEVENT = 15
KERNEL = 0
"""The sender of what comes from the kernel itself."""
KERNEL_EVENTS = 1
"""The group that gets what the kernel says, before udev has done its part."""
EVENT_BYTES = 8192


class Hotplug:
    """Hears news of graphics cards and their outputs (``SUBSYSTEM=drm``), as the kernel tells udev.

    Look for yourself every now and then: it may not be allowed to listen, and some outputs tell nothing.
    """

    def __init__(self) -> None:
        self._socket = _listen()

    def has_news(self) -> bool:
        """Whether something may have changed since it was asked last; never waits."""
        return self._socket is not None and _has_news(self._socket)

    def close(self) -> None:
        """Stop listening."""
        if self._socket is not None:
            self._socket.close()


def is_news(event: bytes, sender: int) -> bool:
    """Whether an event is of a graphics card and comes from the kernel: anybody may send to a socket like ours."""
    return sender == KERNEL and b"SUBSYSTEM=drm" in event.split(b"\0")


def _listen() -> socket.socket | None:
    """A socket that gets the kernel's own events; None where that is refused."""
    kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK
    try:
        listening = socket.socket(socket.AF_NETLINK, kind, NETLINK_KOBJECT_UEVENT)
    except OSError:
        return None
    try:
        listening.bind((0, KERNEL_EVENTS))
    except OSError:
        listening.close()
        return None
    return listening


def _has_news(listening: socket.socket) -> bool:
    """Whether one of the events that have come is of a graphics card."""
    has_news = False
    while True:
        try:
            event, (sender, _) = listening.recvfrom(EVENT_BYTES)
        except BlockingIOError:
            return has_news
        except OSError:  # more came than there was room for
            return True
        has_news = has_news or is_news(event, sender)
