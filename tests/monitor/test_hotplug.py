"""News of monitors; the virtual machine of `make test-system` has a kernel that tells some."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING

from edge.monitor import hotplug as hotplug_module
from edge.monitor.hotplug import KERNEL, Hotplug, is_news

if TYPE_CHECKING:
    import pytest

PLUGGED = b"change@/devices/gpu/drm/card1\0ACTION=change\0SUBSYSTEM=drm\0HOTPLUG=1\0SEQNUM=1200\0"
USB_STICK = b"add@/devices/usb1/1-1\0ACTION=add\0SUBSYSTEM=usb\0SEQNUM=1201\0"


def test_what_is_news() -> None:
    assert is_news(PLUGGED, KERNEL)
    assert not is_news(USB_STICK, KERNEL)
    assert not is_news(PLUGGED, 4711)


class Netlink:
    """A stand-in for the kernel's socket."""

    def __init__(self) -> None:
        self._theirs, self._ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ours.setblocking(False)

    def tell(self, event: bytes) -> None:
        self._theirs.send(event)

    def fileno(self) -> int:
        return self._ours.fileno()

    def recvfrom(self, size: int) -> tuple[bytes, tuple[int, int]]:
        return self._ours.recv(size), (KERNEL, 1)

    def close(self) -> None:
        self._theirs.close()
        self._ours.close()


def test_news_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Netlink()
    monkeypatch.setattr(hotplug_module, "_listen", lambda: kernel)
    with closing(Hotplug()) as hotplug:
        assert not hotplug.has_news()
        for event in (USB_STICK, PLUGGED, PLUGGED):
            kernel.tell(event)
        assert hotplug.has_news()
        assert not hotplug.has_news()
        kernel.tell(PLUGGED)
        assert hotplug.has_news()
        kernel.tell(USB_STICK)
        assert not hotplug.has_news()


def test_it_may_be_forbidden_to_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> socket.socket:
        raise OSError

    monkeypatch.setattr(socket, "socket", refuse)
    with closing(Hotplug()) as hotplug:
        assert not hotplug.has_news()
