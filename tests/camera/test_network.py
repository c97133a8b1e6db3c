"""Cameras in the network over HTTP, TCP and UDP; the real RTSP server is in test_rtsp.py."""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections import deque
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from edge.base.backoff import Backoff
from edge.camera.network import NetworkCamera
from edge.camera.network_stream import Timeouts
from edge.camera.settings import CameraSettings
from edge.daemon.camera_loop import CameraLoop
from edge.errors import CameraError
from tests.broker import free_port, wait_until
from tests.camera.mjpeg_server import Behaviour, mjpeg_server
from tests.camera.support import numbered, write_sound, write_video
from tests.daemon.sources import OpenBy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.types import Frame

TIMEOUTS = Timeouts(open_s=5.0, stall_s=0.5, piece_s=5.0, picture_s=1.0)


@contextmanager
def opened(source: str, timeouts: Timeouts = TIMEOUTS, **keys: Any) -> Iterator[NetworkCamera]:
    with closing(NetworkCamera(replace(CameraSettings(source=source), **keys), timeouts)) as camera:
        yield camera


def read(camera: NetworkCamera, count: int) -> list[Frame]:
    frames = [camera.read() for _ in range(count)]
    return [frame for frame in frames if frame is not None]


def failure(source: str, timeouts: Timeouts = TIMEOUTS, **keys: Any) -> str:
    """What is said of a camera that delivers nothing, or no longer."""
    with opened(source, timeouts, **keys) as camera, pytest.raises(CameraError) as error:
        deque(iter(camera.read, None))
    return str(error.value)


def grows(frames: list[Frame]) -> bool:
    return all(later.timestamp_ns > earlier.timestamp_ns for earlier, later in pairwise(frames))


def network_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "network camera"]


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """After each test no thread reads on."""
    yield
    wait_until(lambda: not network_threads(), "no thread reads on")


def test_mjpeg_is_read_with_times_that_grow() -> None:
    with mjpeg_server() as server, opened(f"http://127.0.0.1:{server.port}/video.mjpg") as camera:
        frames = read(camera, 10)
    assert [frame.number for frame in frames] == list(range(10))
    assert {(frame.size, frame.segment) for frame in frames} == {((96, 160), 0)}
    times = [frame.timestamp_ns for frame in frames]
    assert times == sorted(set(times))
    assert times[-1] <= time.monotonic_ns()
    assert camera.live


def test_whoever_reads_slowly_gets_the_newest_and_the_others_are_counted() -> None:
    with mjpeg_server(Behaviour(period_s=0.01)) as server, opened(f"http://127.0.0.1:{server.port}/") as camera:
        read(camera, 1)
        wait_until(lambda: camera.dropped >= 20, "20 pictures nobody reads")
        frame = camera.read()
    assert frame is not None
    assert time.monotonic_ns() - frame.captured_ns < 1e9


@pytest.mark.parametrize("password", ["secret", "p@ss:w/rd", "ünsäglich %41"])
def test_a_password_from_a_file_and_from_the_address(tmp_path: Path, password: str) -> None:
    file = tmp_path / "password"
    file.write_text(f"\ufeff{password}\n")
    with mjpeg_server(Behaviour(user="ad min", password=password)) as server:
        source = f"http://ad%20min@127.0.0.1:{server.port}/"
        with opened(source, password_file=str(file)) as camera:
            assert read(camera, 1)
            assert camera.name == source
        refused = failure(source.replace("@", ":hush@"))
        unknown = failure(source.replace("ad%20min@", ""))
    assert refused == (
        f"http://ad%20min:***@127.0.0.1:{server.port}/ refuses the user ad min or the password (401); "
        "correct camera.source or camera.password_file"
    )
    assert "asks for a user and a password (401); write http://USER@… and set camera.password_file" in unknown


def test_a_password_file_that_cannot_be_read_is_tried_again_as_any_camera(tmp_path: Path) -> None:
    message = failure("http://admin@127.0.0.1:9/", password_file=str(tmp_path / "none"))
    assert message.startswith("camera.password_file: cannot read ")


def test_a_redirection_is_followed() -> None:
    with mjpeg_server(Behaviour(moved_to="/new")) as server, opened(f"http://127.0.0.1:{server.port}/") as camera:
        assert read(camera, 1)
        assert server.behaviour.asked == ["/", "/new"]


def test_what_is_wrong_is_said_with_what_to_do(tmp_path: Path) -> None:
    with mjpeg_server(Behaviour(page=b"<html>Camera login</html>" * 50)) as server:
        server.behaviour.files["/sound.wav"] = write_sound(tmp_path / "sound.wav")
        at = f"127.0.0.1:{server.port}"
        assert failure(f"http://{at}/") == (
            f"http://{at}/ answers with something that is no video, or with nothing; check the path of the stream"
        )
        assert "has no video in it; check the path" in failure(f"http://{at}/sound.wav")
        assert "(404); look up the path of its stream" in failure(f"http://{at}/missing")
    port = free_port()
    assert f"refuses the connection (port {port}); check the port" in failure(f"http://127.0.0.1:{port}/")
    assert f"refuses the connection (port {port}); check" in failure(f"rtsp://u:hush@127.0.0.1:{port}/live")
    assert "has a host that is not known here (no-camera.invalid); check its name" in failure(
        "rtsp://no-camera.invalid/"
    )


def test_a_host_that_takes_the_connection_and_stays_silent() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        for scheme in ("rtsp", "http", "tcp"):
            message = failure(f"{scheme}://127.0.0.1:{port}/", replace(TIMEOUTS, open_s=0.5))
            assert re.search("sends nothing; restart|or with nothing; check", message)


def test_nothing_that_comes_over_udp() -> None:
    port = free_port()
    message = failure(f"udp://127.0.0.1:{port}", replace(TIMEOUTS, open_s=0.3))
    assert f"receives nothing; check that something is sent to this address and port {port}" in message


def test_a_stall_and_an_end_are_told() -> None:
    with mjpeg_server(Behaviour(stalls_after=5)) as server:
        assert "has sent nothing for 0.5 s; check the network" in failure(f"http://127.0.0.1:{server.port}/")
        server.behaviour.ends_after = 3
        assert "has ended the connection" in failure(f"http://127.0.0.1:{server.port}/")


def test_damaged_pictures_are_left_out_told_once_and_too_many_are_a_failure(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), mjpeg_server(Behaviour(damages=True)) as server:
        source = f"http://u:hush@127.0.0.1:{server.port}/"
        message = failure(source)
    assert "sends data, but no picture that can be decoded for 1 s; check its codec" in message
    assert len([record for record in caplog.records if "broken" in record.message]) == 1
    assert "hush" not in caplog.text + message


@pytest.mark.parametrize("scheme", ["http", "rtsp", "tcp"])
def test_closing_wakes_a_read_that_waits_and_never_hangs(scheme: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        source = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/"
        camera = NetworkCamera(CameraSettings(source=source), replace(TIMEOUTS, open_s=1.0))
        answers: list[Frame | None] = []
        reader = threading.Thread(target=lambda: answers.append(camera.read()))
        reader.start()
        connection, _ = silent.accept()
        camera.close()
        camera.close()
        reader.join(5.0)
        connection.close()
        assert answers == [None]
        assert camera.read() is None


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_video(tmp_path / "film.mp4", numbered(10))


def test_a_film_over_http_is_played_at_its_pace_and_ends(film: Path) -> None:
    with mjpeg_server(Behaviour(files={"/film.mp4": film})) as server:
        with opened(f"http://127.0.0.1:{server.port}/film.mp4") as camera:
            began_s = time.monotonic()
            frames = read(camera, 10)
            assert camera.read() is None
            assert camera.dropped == 10 - len(frames)
        assert time.monotonic() - began_s > 0.3
        assert [frame.timestamp_ns % 40_000_000 for frame in frames] == [0] * len(frames)


def test_a_film_begins_again_with_loop(film: Path) -> None:
    with (
        mjpeg_server(Behaviour(files={"/film.mp4": film})) as server,
        opened(f"http://127.0.0.1:{server.port}/film.mp4", loop=True) as camera,
    ):
        frames = read(camera, 25)
    assert frames[-1].segment >= 2
    assert grows(frames)


@pytest.mark.parametrize("name", ["film.ts", "film.mjpeg", "film.h264"])
def test_a_film_of_which_only_the_bytes_are_counted(tmp_path: Path, name: str) -> None:
    codec, pixels = ("mjpeg", "yuvj420p") if name.endswith("mjpeg") else ("libx264", "yuv420p")
    film = write_video(tmp_path / name, numbered(25), codec=codec, pixel_format=pixels)
    with (
        mjpeg_server(Behaviour(files={f"/{name}": film})) as server,
        opened(f"http://127.0.0.1:{server.port}/{name}") as camera,
    ):
        frames = list(iter(camera.read, None))
    assert len(frames) + camera.dropped == 25
    assert {frame.timestamp_ns % 40_000_000 for frame in frames} == {0}


@pytest.mark.parametrize("name", ["snapshot.jpg", "snapshot.png", "snapshot"])
def test_one_picture_is_no_video(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    _, encoded = cv2.imencode(file.suffix or ".jpg", numbered(1)[0])
    file.write_bytes(encoded.tobytes())
    with mjpeg_server(Behaviour(files={f"/{name}": file})) as server:
        message = failure(f"http://127.0.0.1:{server.port}/{name}?pwd=hush", loop=True)
    assert message.endswith(f"/{name}?pwd=*** is one picture and no video; give the address of the camera's stream")


def test_a_film_that_breaks_off_was_lost(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "film.mkv", numbered(50), codec="mpeg4").read_bytes()
    half = tmp_path / "half.mkv"
    half.write_bytes(whole[: len(whole) // 2])
    with mjpeg_server(Behaviour(files={"/half.mkv": half})) as server:
        assert "has ended the connection" in failure(f"http://127.0.0.1:{server.port}/half.mkv", loop=True)


def test_hls_is_played_piece_by_piece(tmp_path: Path) -> None:
    pieces = {}
    for index in range(2):
        pieces[f"/{index}.ts"] = write_video(
            tmp_path / f"{index}.ts", numbered(10), range(400 * index, 400 * index + 400, 40)
        )
    playlist = tmp_path / "index.m3u8"
    playlist.write_text(
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXTINF:0.4,\n0.ts\n#EXTINF:0.4,\n1.ts\n#EXT-X-ENDLIST\n"
    )
    with (
        mjpeg_server(Behaviour(files={"/index.m3u8": playlist, **pieces})) as server,
        opened(f"http://127.0.0.1:{server.port}/index.m3u8?token=hush") as camera,
    ):
        frames = list(iter(camera.read, None))
    assert len(frames) > 10
    assert camera.name.endswith("/index.m3u8?token=***")


def transport_stream(tmp_path: Path) -> bytes:
    """A second of MPEG-TS."""
    return write_video(tmp_path / "a.ts", numbered(25)).read_bytes()


def test_mpeg_ts_over_udp(tmp_path: Path) -> None:
    data, port, over = transport_stream(tmp_path), free_port(), threading.Event()

    def send() -> None:
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
            while not over.is_set():
                for begin in range(0, len(data), 1316):
                    sender.sendto(data[begin : begin + 1316], ("127.0.0.1", port))
                over.wait(0.05)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        with opened(f"udp://@127.0.0.1:{port}", replace(TIMEOUTS, stall_s=2.0)) as camera:
            frames = read(camera, 5)
    finally:
        over.set()
        thread.join()
    assert {frame.size for frame in frames} == {(96, 160)}
    assert grows(frames)


def test_mpeg_ts_over_tcp(tmp_path: Path) -> None:
    data = transport_stream(tmp_path)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with closing(connection):
                connection.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        with opened(f"tcp://127.0.0.1:{server.getsockname()[1]}") as camera, pytest.raises(CameraError, match="ended"):
            assert {frame.size for frame in iter(camera.read, None) if frame} == {(96, 160)}
        thread.join()


def delivers_on(frames: list[Frame], port: int, behaviour: Behaviour) -> None:
    """A camera that is there for a while: it is found, and its frames are of a new segment."""
    count, segment = len(frames), frames[-1].segment if frames else -1
    with mjpeg_server(behaviour, port):
        wait_until(lambda: len(frames) > count + 5 and frames[-1].segment > segment, "frames of a new connection")


def test_a_camera_that_is_killed_stalls_and_returns_delivers_again() -> None:
    """Through the loop that opens cameras anew: frames go on counting, each connection is a segment of its own."""
    frames: list[Frame] = []
    port = free_port()
    settings = CameraSettings(source=f"http://u:hush@127.0.0.1:{port}/")
    source = OpenBy("http", live=True, open=lambda: NetworkCamera(settings, TIMEOUTS), paced=True)
    loop = CameraLoop(source, frames.append, backoff=Backoff(0.05, 0.05))
    thread = threading.Thread(target=loop.run)
    thread.start()
    try:
        for stalls_after in (None, 3, None):
            delivers_on(frames, port, Behaviour(stalls_after=stalls_after))
            wait_until(lambda: loop.trouble, "the loss is told")
            assert "hush" not in loop.trouble
    finally:
        loop.stop()
        thread.join(5.0)
    assert not thread.is_alive()
    assert [frame.number for frame in frames] == list(range(len(frames)))
    moments = [(frame.segment, frame.timestamp_ns) for frame in frames]
    assert moments == sorted(set(moments))


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_many_connections_leave_nothing_open() -> None:
    behaviour = Behaviour(ends_after=2, period_s=0.0)
    with mjpeg_server(behaviour) as server:
        source = f"http://127.0.0.1:{server.port}/"
        failure(source)
        wait_until(lambda: not network_threads(), "no thread reads on")
        before = descriptors()
        for _ in range(20):
            failure(source)
        wait_until(lambda: descriptors() <= before + 2, "nothing is left open")


def test_the_picture_is_what_was_sent() -> None:
    with mjpeg_server() as server, opened(f"http://127.0.0.1:{server.port}/") as camera:
        (frame,) = read(camera, 1)
    sent = [int(image[0, 0, 0]) for image in numbered(20)]
    assert min(abs(int(np.median(frame.rgb())) - grey) for grey in sent) <= 2
