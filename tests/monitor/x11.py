"""A virtual X server, and the few words of X11 that a test speaks with it: pictures, windows, a click on close."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import pytest

from edge.monitor.display_server import is_there
from tests.broker import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.types import ImageArray

_REPLY_BYTES = 32
_CLIENT_MESSAGE, _KEY_PRESS = 33, 2
_INTERN_ATOM, _GET_PROPERTY, _QUERY_TREE, _SEND_EVENT, _GET_INPUT_FOCUS, _GET_IMAGE = 16, 20, 15, 25, 43, 73
_ERROR, _ANSWER = 0, 1
_Z_PIXMAP, _ALL_PLANES = 2, 0xFFFFFFFF
_FIRST, _NUMBERS, _EACH = 1000, 50_000, 8
"""Numbers of displays: each process of tests has some of its own, which nobody takes while one is away."""
_COUNT = count()
ESCAPE = 9
"""The key's number on a usual keyboard."""


@dataclass
class Display:
    """A server that can be killed and started again under the same number."""

    number: int
    size: tuple[int, int] = (320, 240)
    process: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return f":{self.number}"

    def start(self) -> None:
        width, height = self.size
        command = ["Xvfb", self.name, "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._answers, "Xvfb answers")

    def _answers(self) -> bool:
        """Whether it does at both of its addresses, of which it listens at one sooner than at the other."""
        try:
            Client(self).close()
        except OSError:
            return False
        return is_there({"DISPLAY": self.name})

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        for left in (Path(f"/tmp/.X{self.number}-lock"), Path(f"/tmp/.X11-unix/X{self.number}")):  # noqa: S108
            left.unlink(missing_ok=True)


def skip_without_windows() -> None:
    """Skip the test where what opens windows is missing."""
    if find_spec("pygame") is None:
        pytest.skip("there is no pygame")


@contextmanager
def running_display(size: tuple[int, int] = (320, 240)) -> Iterator[Display]:
    """One under a number of its own; skips the test where there is none, or nothing that opens windows."""
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb")
    skip_without_windows()
    display = Display(_FIRST + (_EACH * os.getpid() + next(_COUNT) % _EACH) % _NUMBERS, size)
    try:
        display.start()
        yield display
    finally:
        display.kill()


class Client:
    """A connection to a display."""

    def __init__(self, display: Display) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(10)
        try:
            self._socket.connect(f"/tmp/.X11-unix/X{display.number}")  # noqa: S108
        except OSError:
            self._socket.close()
            raise
        self._socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        head = self._read(8)
        assert head[0] == _ANSWER, "the display lets us in"
        setup = self._read(4 * struct.unpack_from("<H", head, 6)[0])
        vendor, formats = struct.unpack_from("<H", setup, 16)[0], setup[21]
        screen = 32 + (vendor + 3) // 4 * 4 + 8 * formats
        self.root, self.width, self.height = struct.unpack_from("<I16xHH", setup, screen)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def picture(self) -> ImageArray:
        """What is seen, ``(height, width, 3) uint8`` RGB."""
        area = struct.pack("<IhhHHI", self.root, 0, 0, self.width, self.height, _ALL_PLANES)
        pixels = np.frombuffer(self._ask(_GET_IMAGE, _Z_PIXMAP, area), np.uint8).reshape(self.height, self.width, 4)
        return np.ascontiguousarray(pixels[:, :, 2::-1])

    def window(self, title: str) -> int | None:
        """The window with that title; None where there is none."""
        tree = self._ask(_QUERY_TREE, 0, struct.pack("<I", self.root))
        for window in struct.unpack(f"<{len(tree) // 4}I", tree):
            with suppress(LookupError):  # it may close while it is looked at
                if title.encode() in self._title(window):
                    return int(window)
        return None

    def click_close(self, window: int) -> None:
        """What a window manager says when a person has clicked on the cross."""
        words = (window, self._atom("WM_PROTOCOLS"), self._atom("WM_DELETE_WINDOW"), 0)
        self._tell(window, struct.pack("<BBHIIII12x", _CLIENT_MESSAGE, 32, 0, *words))

    def press(self, window: int, key: int) -> None:
        """Press a key in a window."""
        places = (0, 0, 0, 0, 0, 1)
        self._tell(window, struct.pack("<BBHIIIIhhhhHBx", _KEY_PRESS, key, 0, 0, self.root, window, 0, *places))

    def _tell(self, window: int, event: bytes) -> None:
        self._send(_SEND_EVENT, 0, struct.pack("<II", window, 0) + event)
        self._ask(_GET_INPUT_FOCUS, 0, b"")  # its answer comes after the event was taken

    def _title(self, window: int) -> bytes:
        return self._ask(_GET_PROPERTY, 0, struct.pack("<IIIII", window, self._atom("_NET_WM_NAME"), 0, 0, 64))

    def _atom(self, name: str) -> int:
        padded = name.encode() + b"\0" * (-len(name) % 4)
        self._send(_INTERN_ATOM, 0, struct.pack("<HH", len(name), 0) + padded)
        return int(struct.unpack_from("<I", self._reply()[0], 8)[0])

    def _ask(self, request: int, detail: int, body: bytes) -> bytes:
        self._send(request, detail, body)
        return self._reply()[1]

    def _send(self, request: int, detail: int, body: bytes) -> None:
        self._socket.sendall(struct.pack("<BBH", request, detail, 1 + len(body) // 4) + body)

    def _reply(self) -> tuple[bytes, bytes]:
        while True:
            head = self._read(_REPLY_BYTES)
            if head[0] == _ERROR:
                raise LookupError(f"X11 error {head[1]}")
            if head[0] == _ANSWER:
                return head, self._read(4 * struct.unpack_from("<I", head, 4)[0])

    def _read(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            part = self._socket.recv(size - len(found))
            if not part:
                raise ConnectionError("the display has gone")
            found += part
        return found
