"""``edge run --window``: what an attached monitor would show, on a desktop."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.cli.main import main
from tests.broker import Broker, Subscriber, wait_until
from tests.cli.drawn import drawing_process, memory_of
from tests.cli.processes import broker_settings, running, toy_settings
from tests.cli.toys import picture_file
from tests.monitor.x11 import Client, Display, running_display

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge.types import ImageArray

pytestmark = pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
MARK = (201, 37, 118)
"""A colour that nothing has but the camera's picture."""
TITLE = "Edge – test"  # noqa: RUF001


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with running_display((640, 480)) as server:
        yield server


def marked_room(folder: Path) -> str:
    """A camera that sees one colour and nothing else."""
    (folder / "room").mkdir()
    for number in range(2):
        picture_file(folder / "room" / f"{number}.png", np.full((240, 320, 3), MARK, np.uint8))
    return f"camera.source=stills:{folder / 'room'}"


def keys_of(folder: Path, broker: Broker) -> list[str]:
    return [*toy_settings(folder), *broker_settings(broker), marked_room(folder)]


def has_mark(image: ImageArray) -> bool:
    """Whether a good part of what is seen is the camera's picture."""
    some = image[::4, ::4].astype(int)
    return int((np.abs(some - MARK).max(axis=2) < 8).sum()) > some.size // 30


def monitor_of(subscriber: Subscriber) -> dict[str, Any]:
    """What the newest stats say of the monitor."""
    newest = subscriber.seen("/stats")[-1:]
    return dict(newest[0].json()["monitor"]) if newest else {}


def wait_for_state(subscriber: Subscriber, state: str) -> dict[str, Any]:
    wait_until(lambda: monitor_of(subscriber).get("state") == state, f"the monitor is {state}")
    return monitor_of(subscriber)


def test_closing_the_window_ends_only_the_window(tmp_path: Path, broker: Broker, display: Display) -> None:
    environment = os.environ | {"DISPLAY": display.name}
    with (
        Client(display) as desktop,
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys_of(tmp_path, broker), tmp_path / "log", "--window", environment=environment) as process,
    ):
        wait_until(lambda: has_mark(desktop.picture()), "the camera's picture in a window")
        assert wait_for_state(subscriber, "showing")["error"] is None
        window = desktop.window(TITLE)
        assert window
        desktop.click_close(window)
        assert wait_for_state(subscriber, "closed")["error"] is None
        wait_until(lambda: drawing_process(process.pid) is None, "nobody draws any more")
        assert desktop.window(TITLE) is None
        subscriber.wait_for("test/pose", len(subscriber.seen("test/pose")) + 2)
        assert process.poll() is None


@pytest.mark.long
def test_a_display_that_is_lost_ends_nothing_else(tmp_path: Path, broker: Broker) -> None:
    with running_display() as lost, Subscriber(broker, "edge/test/#") as subscriber:
        environment = os.environ | {"DISPLAY": lost.name}
        with running(keys_of(tmp_path, broker), tmp_path / "log", "--window", environment=environment) as process:
            with Client(lost) as desktop:
                wait_until(lambda: has_mark(desktop.picture()), "the camera's picture in a window")
            lost.kill()
            subscriber.wait_for("test/pose", len(subscriber.seen("test/pose")) + 5)
            assert process.poll() is None
            lost.start()
            with Client(lost) as desktop:
                wait_until(lambda: has_mark(desktop.picture()), "the picture is back")
            assert process.poll() is None
        numbers = [message.json()["seq"] for message in subscriber.seen("test/pose")]
        # The first results may have come before there was a connection; another run would begin at 1 again.
        assert numbers == list(range(numbers[0], numbers[-1] + 1)), "all by the same run"


@pytest.mark.long
def test_with_privacy_no_pixel_of_the_camera_comes_near_the_monitor(
    tmp_path: Path, broker: Broker, display: Display
) -> None:
    file, environment = tmp_path / "edge.toml", os.environ | {"DISPLAY": display.name}
    file.write_text('[device]\nprivacy = "skeleton"\n')
    options, marks = ("--window", "--config", str(file)), bytes(MARK) * 16
    with (
        Client(display) as desktop,
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys_of(tmp_path, broker), tmp_path / "log", *options, environment=environment) as process,
    ):
        wait_for_state(subscriber, "showing")
        subscriber.wait_for("test/pose", len(subscriber.seen("test/pose")) + 3)
        assert memory_of(process.pid)
        assert marks not in memory_of(process.pid)
        assert not has_mark(desktop.picture())
        file.write_text("")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: has_mark(desktop.picture()), "the camera's picture, now that it may be seen")
        assert marks in memory_of(process.pid)
        seen_by = drawing_process(process.pid)
        file.write_text('[device]\nprivacy = "skeleton"\n')
        process.send_signal(signal.SIGHUP)
        wait_until(
            lambda: drawing_process(process.pid) not in {None, seen_by}, "who has seen the picture draws no more"
        )
        wait_until(lambda: any(memory_of(process.pid)), "another draws")
        assert marks not in memory_of(process.pid), "memory that has held the picture is used no more"
        assert not has_mark(desktop.picture())


@pytest.mark.parametrize(
    ("display", "why"),
    [("", "there is no desktop here"), (":4321", "the desktop that WAYLAND_DISPLAY or DISPLAY names does not answer")],
)
def test_without_a_desktop_it_is_told_at_once(
    display: str, why: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    assert main(["run", "--window"]) == 2
    assert f"--window: {why}" in capsys.readouterr().err
