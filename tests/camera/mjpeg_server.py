"""A camera that sends MJPEG over HTTP, and misbehaves on demand."""

from __future__ import annotations

import base64
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import cv2

from tests.camera.support import numbered

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.types import ImageArray

BOUNDARY = "edge"


@dataclass
class Behaviour:
    """What the camera does; may be changed while it runs."""

    user: str = ""
    password: str = ""
    period_s: float = 0.02
    moved_to: str = ""
    stalls_after: int | None = None
    ends_after: int | None = None
    damages: bool = False
    page: bytes = b""
    files: dict[str, Path] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    going: threading.Event = field(default_factory=threading.Event)


class Server(ThreadingHTTPServer):
    """Listens at ``port``; ``behaviour`` counts for requests and for streams that run."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, behaviour: Behaviour, port: int = 0) -> None:
        self.behaviour = behaviour
        self.pictures = [_jpeg(image) for image in numbered(20)]
        super().__init__(("127.0.0.1", port), Handler)
        self.port = self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that has gone is none of our business."""


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Server

    def do_GET(self) -> None:  # http.server's name
        does = self.server.behaviour
        does.asked.append(self.path)
        wanted = "Basic " + base64.b64encode(f"{does.user}:{does.password}".encode()).decode()
        if does.password and self.headers["Authorization"] != wanted:
            self._answer(401, headers={"WWW-Authenticate": 'Basic realm="camera"'})
        elif does.moved_to and self.path != does.moved_to:
            self._answer(302, headers={"Location": does.moved_to})
        elif (path := self.path.partition("?")[0]) in does.files:
            self._answer(200, does.files[path].read_bytes())
        elif self.path == "/missing":
            self._answer(404)
        elif does.page:
            self._answer(200, does.page, headers={"Content-Type": "text/html"})
        else:
            self._stream(does)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, does: Behaviour) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        self.end_headers()
        sent = 0
        while does.going.is_set() and sent != does.ends_after:
            if sent == does.stalls_after:
                does.stalls_after = None
                _wait_until_cleared(does.going)
                return
            picture = self.server.pictures[sent % 20]
            if does.damages and sent > 3:
                picture = picture[: len(picture) // 2] + bytes(len(picture) // 2)
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            self.wfile.write(head.encode() + picture + b"\r\n")
            sent += 1
            threading.Event().wait(does.period_s)
        self.close_connection = True


def _wait_until_cleared(going: threading.Event) -> None:
    while going.is_set():
        threading.Event().wait(0.02)


@contextmanager
def mjpeg_server(behaviour: Behaviour | None = None, port: int = 0) -> Iterator[Server]:
    """A camera that runs with the block; its streams end with it."""
    behaviour = behaviour or Behaviour()
    behaviour.going.set()
    with Server(behaviour, port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            behaviour.going.clear()
            server.shutdown()
            thread.join()


def _jpeg(image: ImageArray) -> bytes:
    _, encoded = cv2.imencode(".jpg", image)
    return encoded.tobytes()
