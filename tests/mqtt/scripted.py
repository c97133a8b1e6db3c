"""A broker that says what a test wants it to, in bytes."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Callable

ACCEPTED, ACCEPTED_V5 = bytes.fromhex("20020000"), bytes.fromhex("2003000000")
CONNECT, PUBLISH, SUBSCRIBE, PINGREQ, DISCONNECT = 0x10, 0x30, 0x82, 0xC0, 0xE0


class Packet(NamedTuple):
    """What a client sent: the first byte, and all behind the length."""

    first: int
    rest: bytes

    @property
    def kind(self) -> int:
        return self.first if self.first & 0xF0 != PUBLISH else PUBLISH

    @property
    def size(self) -> int:
        return len(packed(self.first, self.rest))

    @property
    def topic(self) -> str:
        """Of a PUBLISH."""
        return self.rest[2 : 2 + int.from_bytes(self.rest[:2], "big")].decode()

    @property
    def number(self) -> bytes:
        """Of a SUBSCRIBE, or a PUBLISH with QoS 1."""
        at = 0 if self.kind == SUBSCRIBE else 2 + int.from_bytes(self.rest[:2], "big")
        return self.rest[at : at + 2]


class Peer:
    """One client that has come: :attr:`version` is that of its CONNECT."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._file = link.makefile("rb")
        self.connect = self.read()
        self.version = self.connect.rest[6]

    def send(self, data: bytes) -> None:
        self._link.sendall(data)

    def accept(self, properties: bytes = b"") -> None:
        """Answer to CONNECT that all is well."""
        self.send(packed(0x20, b"\0\0" + bytes([len(properties)]) + properties) if self.version == 5 else ACCEPTED)

    def read(self) -> Packet:
        """The next packet.

        Raises:
            EOFError: the client has gone.
        """
        first = self._file.read(1)
        if not first:
            raise EOFError
        length, place = 0, 0
        while True:
            byte = self._file.read(1)[0]
            length |= (byte & 127) << place
            place += 7
            if byte < 128:
                return Packet(first[0], self._file.read(length))

    def answer(self, packet: Packet, *, suback: int = 1, puback: int = 0) -> None:
        """Answer to a packet as a broker does."""
        is_v5 = self.version == 5
        if packet.kind == SUBSCRIBE:
            self.send(packed(0x90, packet.number + (b"\0" if is_v5 else b"") + bytes([suback])))
        elif packet.kind == PUBLISH and packet.first & 0x06:
            self.send(packed(0x40, packet.number + (bytes([puback]) if puback else b"")))
        elif packet.kind == PINGREQ:
            self.send(b"\xd0\0")

    def serve(self) -> None:
        """Answer to everything, until the client goes."""
        while True:
            self.answer(self.read())


class ScriptedBroker:
    """Serves each connection by calling ``talk`` in a thread; when that returns, it hangs up. A context manager."""

    host = "127.0.0.1"

    def __init__(self, talk: Callable[[Peer], object]) -> None:
        self._talk = talk
        self._server = socket.create_server((self.host, 0))
        self.port = int(self._server.getsockname()[1])
        self._links: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_details: object) -> None:
        for link in (self._server, *self._links):
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                link, _ = self._server.accept()
                self._links.append(link)
                self._threads.append(threading.Thread(target=self._serve, args=(link,), daemon=True))
                self._threads[-1].start()

    def _serve(self, link: socket.socket) -> None:
        with link, suppress(EOFError, OSError, IndexError):
            self._talk(Peer(link))


def packed(first: int, rest: bytes) -> bytes:
    """A packet with its length."""
    digits, length = bytearray(), len(rest)
    while True:
        length, digit = divmod(length, 128)
        digits.append(digit | (128 if length else 0))
        if not length:
            return bytes([first]) + bytes(digits) + rest


def publish_packet(topic: str, payload: bytes, *, version: int = 4) -> bytes:
    """A message with QoS 0."""
    name = topic.encode()
    return packed(PUBLISH, len(name).to_bytes(2, "big") + name + (b"\0" if version == 5 else b"") + payload)
