"""A TCP proxy that can do what networks do: refuse, cut, and swallow."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from tests.broker import Place


class Proxy:
    """Passes connections on to ``target`` from a port of its own; a context manager."""

    host = "127.0.0.1"

    def __init__(self, target: Place) -> None:
        self._target = target
        self._server = socket.create_server((self.host, 0))
        self.port = int(self._server.getsockname()[1])
        self._shut = False
        self._lines: list[_Line] = []
        self._lock = threading.Lock()  # of the two above
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._server.close()
        self.shut()

    def open(self) -> None:
        """Pass new connections on again."""
        self._shut = False

    def shut(self) -> None:
        """Hang up on everybody who comes, and on everybody who is there."""
        with self._lock:
            self._shut = True
            while self._lines:
                self._lines.pop().cut()

    def swallow(self) -> None:
        """Let the present connections stay open, but nothing comes through them any more."""
        for line in self._lines:
            line.swallowing = True

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                self._clear()
                self._pass_on(near)

    def _pass_on(self, near: socket.socket) -> None:
        try:
            if self._shut:
                raise ConnectionRefusedError
            far = socket.create_connection((self._target.host, self._target.port))
        except OSError:
            near.close()
        else:
            self._lines.append(_Line(near, far))

    def _clear(self) -> None:
        for line in [line for line in self._lines if line.over]:
            line.cut()
            self._lines.remove(line)


class _Line:
    """One connection that is passed on, by a thread for each direction."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self.swallowing = False
        self._ends = (near, far)
        self._threads = [
            threading.Thread(target=self._pump, args=ends, daemon=True) for ends in ((near, far), (far, near))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def over(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def cut(self) -> None:
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in self._ends:
            end.close()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                if not self.swallowing:
                    sink.sendall(data)
        if not self.swallowing:
            with suppress(OSError):
                sink.shutdown(socket.SHUT_WR)
