"""A web server on this machine that serves files, and misbehaves when told to."""

from __future__ import annotations

import re
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

Manner: TypeAlias = "Callable[[Visit], None]"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as the server saw it."""

    path: str
    range: str | None
    if_range: str | None


class Site:
    """Files under an address. Each request is answered in the next of ``manners``, politely after the last."""

    def __init__(self, server: ThreadingHTTPServer, files: Mapping[str, bytes], scheme: str) -> None:
        self.files = dict(files)
        self.manners: list[Manner] = []
        self.seen: list[Seen] = []
        self.etag: str | None = '"v1"'
        self.closing = threading.Event()
        self.address = f"{scheme}://127.0.0.1:{server.server_port}"

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"

    @property
    def ranges(self) -> list[str | None]:
        return [seen.range for seen in self.seen]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request that waits for its answer."""

    handler: BaseHTTPRequestHandler
    site: Site
    content: bytes

    def head(self, status: int, **headers: str | int) -> None:
        self.handler.send_response(status)
        if self.site.etag:
            self.handler.send_header("ETag", self.site.etag)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), str(value))
        self.handler.end_headers()

    def body(self, content: bytes) -> None:
        self.handler.wfile.write(content)
        self.handler.wfile.flush()

    def begin(self) -> int:
        """Where the rest begins that is asked for and still the same; 0 for the whole."""
        asked = re.fullmatch(r"bytes=(\d+)-", self.handler.headers.get("Range", ""))
        same = self.handler.headers.get("If-Range") in {None, self.site.etag}
        return int(asked[1]) if asked and same else 0


class QuietServer(ThreadingHTTPServer):
    """Says nothing of visitors who hang up."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@contextmanager
def running_site(files: Mapping[str, bytes], certificate: Path | None = None) -> Iterator[Site]:
    """Serve ``files``, path to content, until the block ends; over HTTPS with a certificate and its key in a file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0].lstrip("/")
            site.seen.append(Seen(path, self.headers.get("Range"), self.headers.get("If-Range")))
            manner = site.manners.pop(0) if site.manners else polite
            manner(Visit(self, site, site.files.get(path, b"")))

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = QuietServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site = Site(server, files, "http" if certificate is None else "https")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def polite(visit: Visit) -> None:
    """What a good server does, parts included; 404 for a file that is not there."""
    size, begin = len(visit.content), visit.begin()
    if not size:
        visit.head(404, Content_Length=0)
    elif begin >= size:
        visit.head(416, Content_Length=0, Content_Range=f"bytes */{size}")
    elif begin:
        visit.head(206, Content_Length=size - begin, Content_Range=f"bytes {begin}-{size - 1}/{size}")
        visit.body(visit.content[begin:])
    else:
        visit.head(200, Content_Length=size)
        visit.body(visit.content)


def ignoring_ranges(visit: Visit) -> None:
    """Always send the whole."""
    visit.head(200, Content_Length=len(visit.content))
    visit.body(visit.content)


def dropping_after(count: int) -> Manner:
    """Promise the whole, end after ``count`` bytes."""

    def drop(visit: Visit) -> None:
        visit.head(200, Content_Length=len(visit.content))
        visit.body(visit.content[:count])

    return drop


def dropping_rest_after(count: int) -> Manner:
    """Promise the whole or the rest that is asked for, end after ``count`` bytes of it."""

    def drop(visit: Visit) -> None:
        size, begin = len(visit.content), visit.begin()
        visit.head(206 if begin else 200, Content_Length=size - begin, Content_Range=f"bytes {begin}-{size - 1}/{size}")
        visit.body(visit.content[begin : begin + count])

    return drop


def stalling_after(count: int) -> Manner:
    """Send ``count`` bytes, then nothing, and keep the line open."""

    def stall(visit: Visit) -> None:
        visit.head(200, Content_Length=len(visit.content))
        visit.body(visit.content[:count])
        visit.site.closing.wait(30)

    return stall


def claiming(length: int) -> Manner:
    """Send the whole under a wrong Content-Length."""

    def claim(visit: Visit) -> None:
        visit.head(200, Content_Length=length)
        visit.body(visit.content)

    return claim


def without_length(visit: Visit) -> None:
    """Send the whole and no Content-Length; the end is where the line ends."""
    visit.head(200)
    visit.body(visit.content)


def in_chunks(visit: Visit) -> None:
    """Send the whole in chunks, with no length in advance."""
    visit.head(200, Transfer_Encoding="chunked")
    for begin in range(0, len(visit.content), 50_000):
        block = visit.content[begin : begin + 50_000]
        visit.body(b"%x\r\n%s\r\n" % (len(block), block))
    visit.body(b"0\r\n\r\n")


def half_a_chunk(visit: Visit) -> None:
    """Announce a chunk and send half of it."""
    visit.head(200, Transfer_Encoding="chunked")
    visit.body(b"%x\r\n%s" % (50_000, visit.content[:25_000]))


def not_http(visit: Visit) -> None:
    """Talk another language."""
    visit.body(b"220 smtp ready\r\n")


def short_part(visit: Visit) -> None:
    """Send less of the rest than was asked for, as a server may."""
    size, begin = len(visit.content), visit.begin()
    visit.head(206, Content_Length=1000, Content_Range=f"bytes {begin}-{begin + 999}/{size}")
    visit.body(visit.content[begin : begin + 1000])


def sending(content: bytes) -> Manner:
    """Send other bytes."""

    def send(visit: Visit) -> None:
        visit.head(200, Content_Length=len(content))
        visit.body(content)

    return send


def redirecting(target: str) -> Manner:
    """Send the visitor elsewhere."""

    def redirect(visit: Visit) -> None:
        visit.head(302, Location=target, Content_Length=0)

    return redirect


def answering(status: int) -> Manner:
    """An error page."""

    def answer(visit: Visit) -> None:
        visit.head(status, Content_Length=4)
        visit.body(b"oops")

    return answer


def wrong_part(visit: Visit) -> None:
    """Answer a request for the rest with another part."""
    visit.head(206, Content_Length=2, Content_Range=f"bytes 0-1/{len(visit.content)}")
    visit.body(visit.content[:2])
