"""The kernel's word that a monitor was plugged in or out."""

from __future__ import annotations

import os
import select
import socket
import time

NETLINK_KOBJECT_UEVENT = 15
KERNEL = 0
"""The sender of what comes from the kernel itself."""
KERNEL_EVENTS = 1
"""The group that gets what the kernel says, before udev has done its part."""
MS_PER_S = 1000
EVENT_BYTES = 8192


class Hotplug:
    """Waits for news of graphics cards and their outputs (``SUBSYSTEM=drm``), as the kernel tells udev.

    Where it may not listen, each wait takes its whole time: look for yourself after it. Look every now and then even
    where it may, as some outputs tell nothing.
    """

    def __init__(self) -> None:
        self._wake_fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._socket = _listen()
        self._poll = select.poll()
        self._poll.register(self._wake_fd, select.POLLIN)
        if self._socket is not None:
            self._poll.register(self._socket, select.POLLIN)

    def wait(self, timeout_s: float) -> bool:
        """Wait; True as soon as something may have changed, False after ``timeout_s`` or :meth:`wake`.

        With 0 it only looks.
        """
        end_s = time.monotonic() + timeout_s
        while True:
            left_s = max(0.0, end_s - time.monotonic())
            ready = dict(self._poll.poll(left_s * MS_PER_S))
            if not ready or self._wake_fd in ready:
                return False
            if self._socket is not None and _has_news(self._socket):
                return True

    def wake(self) -> None:
        """End a :meth:`wait`, this one and all later ones; may be called from any thread."""
        os.eventfd_write(self._wake_fd, 1)

    def close(self) -> None:
        """Stop listening."""
        os.close(self._wake_fd)
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
