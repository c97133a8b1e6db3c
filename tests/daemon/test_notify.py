"""What the service manager is told, on a real socket."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

import pytest

from edge.daemon.notify import ServiceManager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, ServiceManager]]:
    """A socket in the place of systemd's, and who tells it."""
    address = str(tmp_path / "notify") if request.param == "path" else f"\0edge-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        listener.settimeout(5)
        yield listener, ServiceManager({"NOTIFY_SOCKET": address.replace("\0", "@")})


@pytest.mark.parametrize(
    ("say", "told"),
    [
        (ServiceManager.ready, b"READY=1"),
        (ServiceManager.stopping, b"STOPPING=1"),
        (ServiceManager.alive, b"WATCHDOG=1"),
        (lambda manager: manager.status("no broker:\nit is away"), b"STATUS=no broker: it is away"),
    ],
)
def test_each_thing_is_told_as_systemd_wants_it(
    manager: tuple[socket.socket, ServiceManager], say: Callable[[ServiceManager], None], told: bytes
) -> None:
    listener, speaker = manager
    say(speaker)
    assert listener.recv(4096) == told


def test_a_status_that_stays_the_same_is_told_once(manager: tuple[socket.socket, ServiceManager]) -> None:
    listener, speaker = manager
    for sentence in ("pose 30/s", "pose 30/s", "pose 29/s"):
        speaker.status(sentence)
    assert [listener.recv(4096), listener.recv(4096)] == [b"STATUS=pose 30/s", b"STATUS=pose 29/s"]


def test_bytes_of_a_path_that_are_no_text_harm_nobody(manager: tuple[socket.socket, ServiceManager]) -> None:
    listener, speaker = manager
    speaker.status("no camera: /media/\udcff.mp4")
    assert listener.recv(4096) == b"STATUS=no camera: /media/?.mp4"


def test_a_reload_carries_the_time_it_began(manager: tuple[socket.socket, ServiceManager]) -> None:
    listener, speaker = manager
    before_us = time.monotonic_ns() // 1000
    speaker.reloading()
    first, second = listener.recv(4096).decode().splitlines()
    assert first == "RELOADING=1"
    assert before_us <= int(second.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "/nowhere/at/all"}, {"NOTIFY_SOCKET": "relative"}])
def test_who_does_not_listen_is_not_told(environ: dict[str, str]) -> None:
    speaker = ServiceManager(environ)
    speaker.ready()
    assert speaker.watchdog_s is None


@pytest.mark.parametrize(
    ("environ", "watchdog_s"),
    [
        ({"WATCHDOG_USEC": "20000000"}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": str(os.getpid())}, 20.0),
        ({"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_the_watchdog_is_meant_for_us_or_not(environ: dict[str, str], watchdog_s: float | None) -> None:
    assert ServiceManager(environ).watchdog_s == watchdog_s
