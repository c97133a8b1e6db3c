"""Joins its stdin and stdout to a port of this machine: ``relay.py PORT``. QEMU runs one for each connection."""

from __future__ import annotations

import os
import socket
import sys
from threading import Thread

PIECE_BYTES = 65536


def main(port: int) -> None:
    """Pass on both ways until the other side has said its last."""
    with socket.create_connection(("127.0.0.1", port)) as there:
        Thread(target=_send, args=(there,), daemon=True).start()
        while piece := there.recv(PIECE_BYTES):
            _write(piece)


def _send(there: socket.socket) -> None:
    while piece := os.read(sys.stdin.fileno(), PIECE_BYTES):
        there.sendall(piece)
    there.shutdown(socket.SHUT_WR)


def _write(piece: bytes) -> None:
    while piece:
        piece = piece[os.write(sys.stdout.fileno(), piece) :]


if __name__ == "__main__":
    main(int(sys.argv[1]))
