"""Cameras that are absent, stall, break and come back, through ``edge run``: it says so on MQTT and stays up.

picamera2 and the camera behind it are stand-ins; daemon, broker and models are real.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from edge.cli.main import main
from edge.daemon import event_detectors
from tests.broker import PATIENCE_S, Subscriber, wait_until
from tests.camera import stand_ins
from tests.camera.stand_ins import Hardware, Picamera2
from tests.cli.processes import broker_settings, running, toy_settings
from tests.cli.toys import red_dot
from tests.mqtt.samples import check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.broker import Broker


class PacedPicamera2(Picamera2):
    """Delivers about 50 frames a second."""

    def capture_request(
        self, wait: float | None = None, signal_function: object = None, flush: object = None
    ) -> stand_ins.CompletedRequest:
        time.sleep(0.02)
        return super().capture_request(wait, signal_function, flush)


@pytest.fixture
def hardware(monkeypatch: pytest.MonkeyPatch) -> Hardware:
    """A Raspberry Pi with a camera that sees a red dot."""
    hardware = Hardware(picture=red_dot())
    monkeypatch.setitem(
        sys.modules, "picamera2", SimpleNamespace(Picamera2=PacedPicamera2, MappedArray=stand_ins.MappedArray)
    )
    monkeypatch.setitem(sys.modules, "libcamera", stand_ins)
    monkeypatch.setattr(Picamera2, "hardware", hardware)
    return hardware


def run_while(keys: list[str], story: Callable[[], None]) -> int:
    """``edge run`` in this thread while ``story`` goes on in another; SIGTERM when it is told. The exit status."""
    failures: list[BaseException] = []

    def tell() -> None:
        try:
            story()
        except BaseException as failure:  # noqa: BLE001  # raised below, in the test's own thread
            failures.append(failure)
        os.kill(os.getpid(), signal.SIGTERM)

    teller = threading.Thread(target=tell)
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        teller.start()
        status = main(["run", *(word for key in keys for word in ("--set", key))])
        teller.join(PATIENCE_S)
    finally:
        signal.signal(signal.SIGTERM, before)
    if failures:
        raise failures[0]
    return status


def test_a_camera_that_is_absent_stalls_and_breaks_is_reported_and_comes_back(
    tmp_path: Path, broker: Broker, hardware: Hardware, capsys: pytest.CaptureFixture[str]
) -> None:
    hardware.is_absent = True
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    keys += ["camera.source=picamera", "camera.width=160", "camera.height=120"]

    with Subscriber(broker, "edge/test/#") as subscriber:

        def wait_for_state(state: str, error: str | None) -> None:
            def is_so() -> bool:
                seen = subscriber.seen("/stats")
                camera = seen[-1].json()["camera"] if seen else {"state": "", "error": ""}
                fits = camera["error"] is None if error is None else error in (camera["error"] or "")
                return bool(camera["state"] == state and fits)

            wait_until(is_so, f"camera {state}: {error}")

        def story() -> None:
            wait_for_state("retrying", "libcamera finds no camera")
            hardware.is_absent = False
            wait_for_state("running", None)
            frames_before = len(subscriber.wait_for("test/pose", 3))
            hardware.stalls = True
            wait_for_state("retrying", "no frame for")
            hardware.stalls = False
            wait_for_state("running", None)
            hardware.corrupts = True
            wait_for_state("retrying", "cannot be read")
            hardware.corrupts = False
            hardware.size = (96, 64)
            wait_for_state("running", None)
            wait_until(
                lambda: subscriber.seen("test/pose")[-1].json()["frame"]["width"] == 96, "frames of the size it has"
            )
            assert len(subscriber.seen("test/pose")) > frames_before

        assert run_while(keys, story) == 0
        subscriber.wait_for_payload("availability", b"offline")
        numbers = [message.json()["frame"]["number"] for message in subscriber.seen("test/pose")]

    assert numbers == sorted(set(numbers))
    assert hardware.released <= hardware.requested
    log = capsys.readouterr().err
    assert "the camera delivers again" in log
    assert "Traceback" not in log


def test_without_a_camera_no_state_says_what_was(
    tmp_path: Path, broker: Broker, hardware: Hardware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_detectors, "QUIET_S", 1.0)
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    keys += ["camera.source=picamera", "camera.width=160", "camera.height=120"]

    with Subscriber(broker, "edge/test/state/#") as subscriber:

        def wait_for_states(*, known: bool) -> None:
            def is_so() -> bool:
                newest = {message.topic: message.json() for message in subscriber.seen()}
                running = [state for state in newest.values() if state["model"] is not None]
                return len(running) == 3 and all((state["frame"] is not None) == known for state in running)

            wait_until(is_so, f"states are {'known' if known else 'not known'}")

        def story() -> None:
            wait_for_states(known=True)
            hardware.stalls = True
            wait_for_states(known=False)
            hardware.stalls = False
            wait_for_states(known=True)

        assert run_while(keys, story) == 0
        for message in subscriber.seen():
            check(message.topic.removeprefix("edge/test/"), message.json())


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("v4l2:/dev/video99", "/dev/video99 is not there; plug the camera in"),
        ("v4l2:/dev/null", "/dev/null is not a video device"),
    ],
)
def test_a_camera_that_is_not_there_is_waited_for(tmp_path: Path, broker: Broker, source: str, sentence: str) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker), f"camera.source={source}"]
    with Subscriber(broker, "edge/test/#") as subscriber, running(keys, tmp_path / "log") as process:
        stats = subscriber.wait_for("/stats", 2)[-1].json()
        assert process.poll() is None

        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE_S) == 0
    assert stats["camera"]["state"] == "retrying"
    assert sentence in stats["camera"]["error"]
    log = (tmp_path / "log").read_text()
    assert log.count(f"{sentence}") == 1
    assert "Traceback" not in log
