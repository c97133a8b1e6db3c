"""A live stream that falls behind, and one whose clock is set."""

from __future__ import annotations

import io
import logging
import socket
import threading
import time
from contextlib import closing, contextmanager
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import pytest

from edge.base.url import read_url
from edge.camera import network_stream
from edge.camera.network_stream import NetworkStream, Picture, Timeouts
from edge.camera.pace import Pacer
from edge.errors import CameraError
from tests.camera.support import numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PERIOD_S = 0.04
KEYFRAME_EVERY = 5


def transport_stream(count: int, first_s: float = 0.0) -> list[bytes]:
    """MPEG-TS in pieces of a picture each, 25 a second, of which every fifth can be begun with."""
    file, pieces = io.BytesIO(), []
    with av.open(file, "w", format="mpegts", options={"flush_packets": "1"}) as container:
        stream: Any = container.add_stream(
            "libx264", rate=25, options={"tune": "zerolatency", "g": str(KEYFRAME_EVERY)}
        )
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for index, image in enumerate(numbered(count)):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.time_base, frame.pts = Fraction(1, 1000), round(1000 * (first_s + index * PERIOD_S))
            begin = file.tell()
            container.mux(stream.encode(frame))
            pieces.append(file.getvalue()[begin:])
    return pieces


@contextmanager
def sent_by(send: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of a server that lets ``send`` write to whoever connects, and then closes."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with closing(connection):
                send(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def pictures_of(address: str) -> list[Picture]:
    """All pictures up to the end of the connection."""
    stream = NetworkStream(read_url(address), Pacer(), Timeouts(open_s=5.0, stall_s=5.0))
    pictures = []
    try:
        for picture in stream.pictures():
            pictures.append(picture)  # noqa: PERF402  # the ones before the error count
    except CameraError:
        pass
    finally:
        stream.close()
    return pictures


def in_time(connection: socket.socket, pieces: list[bytes], due: Callable[[int], int] = lambda index: index) -> None:
    """Send each piece when it is due; ``due`` may put that off, in pieces."""
    began_s = time.monotonic()
    for index, piece in enumerate(pieces):
        time.sleep(max(0.0, began_s + due(index) * PERIOD_S - time.monotonic()))
        connection.sendall(piece)


def test_what_comes_too_late_is_skipped_up_to_a_picture_in_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A second in time, nothing for a second, all of that at once, and then in time again."""
    monkeypatch.setattr(network_stream, "LATE_NS", 300_000_000)
    pieces = transport_stream(90)

    def send(connection: socket.socket) -> None:
        in_time(connection, pieces, lambda index: 65 if 40 <= index < 65 else index)

    with caplog.at_level(logging.WARNING), sent_by(send) as address:
        pictures = pictures_of(address)
    stamps = [round(picture.image.time / PERIOD_S) for picture in pictures if picture.image.time is not None]
    first = stamps[0]
    steps = [later - earlier for earlier, later in pairwise(stamps)]
    assert 10 < max(steps) < 35  # what came too late
    assert sum(step > KEYFRAME_EVERY for step in steps) <= 2
    assert stamps[-1] - first > 60
    assert len([record for record in caplog.records if "late, so pictures are left out" in record.message]) == 1


def test_a_clock_that_jumps_is_followed_at_once() -> None:
    """An hour ahead, then back: every picture is shown, when it comes."""
    parts = [transport_stream(20, first_s) for first_s in (10.0, 3610.0, 5.0)]

    def send(connection: socket.socket) -> None:
        in_time(connection, [piece for part in parts for piece in part])

    with sent_by(send) as address:
        pictures = pictures_of(address)
    times = [picture.timestamp_ns for picture in pictures]
    assert times == sorted(set(times))
    assert len(pictures) > 35  # the first ones gather while the stream is being opened
    assert times[-1] - times[0] < 10e9


def test_an_address_without_video_is_refused_when_opened() -> None:
    with (
        sent_by(lambda connection: connection.sendall(b"no video at all" * 1000)) as address,
        pytest.raises(CameraError, match=r"refuses the connection|no video|cannot be played"),
    ):
        NetworkStream(read_url(address), Pacer(), Timeouts(open_s=2.0))
