"""A real RTSP server that is killed, stalls and comes back; wherever GStreamer's server is installed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.base.backoff import Backoff
from edge.camera.network import NetworkCamera
from edge.camera.network_stream import Timeouts
from edge.camera.settings import CameraSettings
from edge.daemon.camera_loop import CameraLoop
from edge.errors import CameraError
from tests.broker import PATIENCE_S, Subscriber, free_port, wait_until
from tests.cli.processes import broker_settings, running
from tests.cli.toys import colour_model
from tests.daemon.sources import OpenBy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.types import Frame
    from tests.broker import Broker

SERVER = Path(__file__).with_name("rtsp_server.py")
PYTHON = "/usr/bin/python3"
IS_THERE = (
    "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import Gst, GstRtspServer; "
    "Gst.init(None); assert Gst.ElementFactory.find('x264enc') and Gst.ElementFactory.find('rtph264pay')"
)
PACKAGES = "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-good gstreamer1.0-plugins-ugly"
ROUNDS = int(os.environ.get("EDGE_RTSP_ROUNDS", "4"))
"""How often the server is killed or stopped; `make soak` says 50."""
TIMEOUTS = Timeouts(open_s=5.0, stall_s=1.0)
GROWTH_KB = 10_000


def is_installed() -> bool:
    try:
        return subprocess.run([PYTHON, "-c", IS_THERE], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not is_installed(), reason=f"run: apt-get install {PACKAGES}")


@dataclass
class RtspServer:
    """GStreamer's server as a process that can be killed, stopped and started again at the same port."""

    words: tuple[str, ...] = ()
    port: int = 0
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        words = [PYTHON, str(SERVER), str(self.port), *self.words]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        assert self.process is not None
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()

    def stall(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)


@contextmanager
def rtsp_server(*words: str, port: int = 0) -> Iterator[RtspServer]:
    server = RtspServer(words, port)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def first_frames(settings: CameraSettings, count: int) -> list[Frame]:
    with closing(NetworkCamera(settings, TIMEOUTS)) as camera:
        return [frame for frame in (camera.read() for _ in range(count)) if frame is not None]


def failure(settings: CameraSettings) -> str:
    with pytest.raises(CameraError) as error:
        first_frames(settings, 1)
    return str(error.value)


@pytest.mark.parametrize("words", [(), ("--udp",)], ids=["tcp", "udp only"])
def test_pictures_and_times_are_right(words: tuple[str, ...]) -> None:
    with rtsp_server(*words) as server:
        frames = first_frames(CameraSettings(source=f"rtsp://127.0.0.1:{server.port}/live"), 30)
    assert {frame.size for frame in frames} == {(240, 320)}
    # The colour bars begin with white, yellow and cyan.
    top = frames[-1].rgb()[40]
    bars = ((255, 255, 255), (255, 255, 0), (0, 255, 255))
    assert all(np.abs(top[20 + 45 * index].astype(int) - bar).max() <= 12 for index, bar in enumerate(bars))
    steps_ms = [(later.timestamp_ns - earlier.timestamp_ns) / 1e6 for earlier, later in pairwise(frames)]
    assert min(steps_ms) > 0
    assert abs(float(np.median(steps_ms)) - 40) < 4
    assert frames[-1].captured_ns <= time.monotonic_ns()


@pytest.mark.parametrize("method", ["basic", "digest"])
def test_user_and_password(tmp_path: Path, method: str) -> None:
    password = "p@ss: w/rd?ü%41"
    file = tmp_path / "password"
    file.write_text(password)
    with rtsp_server("admin", password, method) as server:
        at = f"127.0.0.1:{server.port}/live"
        escaped = "p%40ss%3A%20w%2Frd%3F%C3%BC%2541"
        assert first_frames(CameraSettings(source=f"rtsp://admin:{escaped}@{at}"), 1)
        assert first_frames(CameraSettings(source=f"rtsp://admin@{at}", password_file=str(file)), 1)
        refused = failure(CameraSettings(source=f"rtsp://admin:hush@{at}"))
        asked = failure(CameraSettings(source=f"rtsp://{at}"))
    assert refused.startswith(f"rtsp://admin:***@{at} refuses the user admin or the password (401)")
    assert asked.startswith(f"rtsp://{at} asks for a user and a password (401)")


def test_a_path_that_is_not_there() -> None:
    with rtsp_server() as server:
        message = failure(CameraSettings(source=f"rtsp://127.0.0.1:{server.port}/other"))
    assert "is not known to the camera (404)" in message


def test_closing_a_stalled_one_wakes_the_reader_and_leaves_no_thread() -> None:
    with rtsp_server() as server:
        camera = NetworkCamera(CameraSettings(source=f"rtsp://127.0.0.1:{server.port}/live"), TIMEOUTS)
        assert camera.read() is not None
        server.stall()
        answers: list[Frame | None] = []
        reader = threading.Thread(target=lambda: answers.extend(iter(camera.read, None)))
        reader.start()
        time.sleep(0.3)
        camera.close()
        reader.join(PATIENCE_S)
        assert not reader.is_alive()
        wait_until(lambda: not network_threads(), "no thread reads on")


def network_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "network camera"]


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def resident_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


@pytest.mark.long
def test_killed_stalled_and_back_again_and_again() -> None:
    """Frames come again each time, in a new segment; memory and descriptors do not grow."""
    last: list[Frame] = []
    server = RtspServer(port=free_port())
    settings = CameraSettings(source=f"rtsp://127.0.0.1:{server.port}/live")
    source = OpenBy("rtsp", live=True, open=lambda: NetworkCamera(settings, TIMEOUTS), paced=True)
    loop = CameraLoop(source, lambda frame: last.__setitem__(slice(None), [frame]), backoff=Backoff(0.1, 0.1))
    thread = threading.Thread(target=loop.run)
    thread.start()
    used: list[tuple[int, int]] = []
    segment = -1
    try:
        server.start()
        for turn in range(ROUNDS):
            wait_until(lambda: last and last[0].segment > segment, f"frames of a new connection in round {turn}")  # noqa: B023
            used.append((descriptors(), resident_kb()))
            segment = last[0].segment
            if turn % 2:
                server.stall()
                wait_until(lambda: loop.trouble, f"the stall of round {turn} is told")
                server.go_on()
            else:
                server.kill()
                wait_until(lambda: loop.trouble, f"the loss of round {turn} is told")
                server.start()
        wait_until(lambda: last[0].segment > segment, "frames in the end")
    finally:
        loop.stop()
        thread.join(PATIENCE_S)
        server.kill()
    assert not thread.is_alive()
    wait_until(lambda: not network_threads(), "no thread reads on")
    settled, end = used[min(3, len(used) - 1)], used[-1]
    assert end[0] <= settled[0] + 3
    assert end[1] <= settled[1] + GROWTH_KB


def state_of(subscriber: Subscriber) -> object:
    return subscriber.wait_for("/stats")[-1].json()["camera"]["state"]


def test_the_service_delivers_again_within_the_documented_wait(tmp_path: Path, broker: Broker) -> None:
    """``edge run`` with its own waits; its password stands in nothing that it says."""
    port, log = free_port(), tmp_path / "log"
    keys = [
        *("device.id=test", f"camera.source=rtsp://admin:hush-hush@127.0.0.1:{port}/live", "log.level=debug"),
        *(f"classification.model={colour_model(tmp_path)}", "pose.enabled=false", "action.enabled=false"),
        *(*broker_settings(broker), "health.stats_interval_s=0.5"),
    ]
    with (
        Subscriber(broker) as subscriber,
        rtsp_server("admin", "hush-hush", "digest", port=port) as server,
        running(keys, log),
    ):
        subscriber.wait_for("/classification")
        server.kill()
        wait_until(lambda: state_of(subscriber) == "retrying", "the loss is told")
        server.start()
        count = len(subscriber.seen("/classification"))
        subscriber.wait_for("/classification", count + 3)
        source = subscriber.wait_for("/stats")[-1].json()["camera"]["source"]
        output = b"\n".join(seen.payload for seen in subscriber.seen()) + log.read_bytes()
    assert source == f"rtsp://admin:***@127.0.0.1:{port}/live"
    assert b"hush" not in output
    assert b"the camera delivers again" in output
