"""Short messages between this process and a child: each comes whole, or not at all."""

from __future__ import annotations

import socket

from edge.errors import EdgeError

_GONE = "the other process has ended"


class ChannelError(EdgeError):
    """The other side is gone, or says what nobody can understand."""

    @classmethod
    def not_understood(cls) -> ChannelError:
        """Its words have no meaning: libraries of all kinds have a hand in a process, and can have it say anything."""
        return cls("the other process says what nobody can understand")


def packet_sockets() -> tuple[socket.socket, socket.socket]:
    """Two ends that are connected with each other, one of them for a child to inherit."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send_packet(connection: socket.socket, message: bytes) -> None:
    """Send a message of at least one byte.

    Raises:
        ChannelError: the other side is gone.
    """
    try:
        connection.send(message)
    except OSError as error:
        raise ChannelError(_GONE) from error


def receive_packet(connection: socket.socket, size: int, timeout_s: float | None) -> bytes | None:
    """The next message, of a longer one its first ``size`` bytes; None where none comes in time.

    Without ``timeout_s`` it is waited for as long as it takes.

    Raises:
        ChannelError: the other side is gone.
    """
    try:
        connection.settimeout(timeout_s)
        message = connection.recv(size)
    except (TimeoutError, BlockingIOError):
        return None
    except OSError as error:
        raise ChannelError(_GONE) from error
    if not message:
        raise ChannelError(_GONE)
    return message
