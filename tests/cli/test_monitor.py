"""The monitor of a running appliance: nothing old stays on it, and whatever becomes of it, all else goes on."""

from __future__ import annotations

import json
import os
import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import cv2
import pytest

from edge.tasks.pose.result import PoseResult
from tests.broker import Broker, Subscriber, wait_until
from tests.camera.mjpeg_server import Behaviour, mjpeg_server
from tests.cli.drawn import drawing_process, wait_for_view
from tests.cli.processes import broker_settings, running, toy_settings
from tests.cli.test_service import managed
from tests.cli.test_window import wait_for_state
from tests.cli.toys import red_dot

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from edge.monitor.view import View
    from edge.types import ImageArray

NO_SCREEN = {"SDL_VIDEODRIVER": "dummy"}
"""SDL draws, and nobody sees it."""
NO_DESKTOP = {"SDL_VIDEODRIVER": ""}


def stream(image: ImageArray) -> list[bytes]:
    """What a camera sends over and over that sees ``image``."""
    return [cv2.imencode(".jpg", image[..., ::-1])[1].tobytes()] * 20


SOMEBODY, NOBODY = stream(red_dot()), stream(red_dot() * 0)


def people(view: View) -> int:
    """How many are shown."""
    return sum(len(result.people) for result in view.results if isinstance(result, PoseResult))


def tasks_of(view: View) -> set[str]:
    return {result.task for result in view.results}


@contextmanager
def appliance(
    folder: Path, broker: Broker, *more: str, environment: dict[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], Subscriber]]:
    """A running one that draws where nobody sees it."""
    keys = [*toy_settings(folder), *broker_settings(broker), "mqtt.control=true", "display.backend=screen", *more]
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, folder / "log", environment=os.environ | NO_SCREEN | (environment or {})) as process,
    ):
        yield process, subscriber


def shows(folder: Path) -> int:
    """How often it has begun to show a picture."""
    return (folder / "log").read_text().count("the monitor shows the picture")


def ask(subscriber: Subscriber, command: str, **arguments: Any) -> None:
    request = {"schema": "edge/request/1", "transaction": "t", "arguments": arguments}
    subscriber.publish(f"edge/test/request/{command}", json.dumps(request).encode())


@pytest.mark.long
def test_what_is_over_does_not_stay_on_the_picture(tmp_path: Path, broker: Broker) -> None:
    with ExitStack() as camera:
        server = camera.enter_context(mjpeg_server(Behaviour(period_s=0.05)))
        server.pictures = SOMEBODY
        keys = ("device.privacy=skeleton", f"camera.source=http://127.0.0.1:{server.port}/")
        with appliance(tmp_path, broker, *keys) as (process, subscriber):
            view = wait_for_view(process.pid, people, "somebody on the picture")
            assert view.picture is not None
            assert view.picture.image is None
            server.pictures = NOBODY
            wait_for_view(process.pid, lambda view: not people(view), "nobody on the picture")
            server.pictures = SOMEBODY
            wait_for_view(process.pid, people, "somebody again")

            ask(subscriber, "task/pause", task="pose")
            view = wait_for_view(process.pid, lambda view: view.status.tasks[0].is_paused, "pose rests")
            assert "pose" not in tasks_of(view)
            ask(subscriber, "task/resume", task="pose")
            wait_for_view(process.pid, people, "somebody, now that pose looks")

            camera.close()
            view = wait_for_view(process.pid, lambda view: view.picture is None, "no picture without a camera")
            assert view.results == ()
            assert view.status.camera_state == "retrying"
            assert [trouble.title for trouble in view.status.troubles] == ["No camera"]
            with mjpeg_server(port=server.port):
                wait_for_view(process.pid, lambda view: view.picture, "a picture with a camera")


@pytest.mark.long
def test_it_sleeps_while_nobody_is_there_and_wakes_for_whoever_comes(tmp_path: Path, broker: Broker) -> None:
    with mjpeg_server(Behaviour(period_s=0.05)) as server:
        server.pictures = NOBODY
        keys = ("display.idle_s=1", "tracking.presence_exit_s=0.2", f"camera.source=http://127.0.0.1:{server.port}/")
        with appliance(tmp_path, broker, *keys) as (_, subscriber):
            assert wait_for_state(subscriber, "asleep")["error"] is None
            server.pictures = SOMEBODY
            wait_for_state(subscriber, "showing")


@pytest.mark.long
def test_a_process_that_draws_and_dies_is_replaced_and_all_else_goes_on(tmp_path: Path, broker: Broker) -> None:
    with appliance(tmp_path, broker) as (process, subscriber):
        for times in (1, 2):
            wait_until(lambda: shows(tmp_path) == times, "a picture")  # noqa: B023
            drawing = drawing_process(process.pid)
            assert drawing
            os.kill(drawing, signal.SIGKILL)
        wait_until(lambda: shows(tmp_path) == 3, "a picture again")
        wait_for_state(subscriber, "showing")
        subscriber.wait_for("test/pose", len(subscriber.seen("test/pose")) + 3)
        assert process.poll() is None


def test_a_screen_that_cannot_be_used_is_told_and_nothing_else_suffers(tmp_path: Path, broker: Broker) -> None:
    with appliance(tmp_path, broker, environment={"SDL_VIDEODRIVER": "nonsense"}) as (process, subscriber):
        assert "nonsense" in str(wait_for_state(subscriber, "retrying")["error"])
        subscriber.wait_for("test/pose", len(subscriber.seen("test/pose")) + 3)
        assert process.poll() is None


@pytest.mark.parametrize("backend", ["auto", "screen"])
def test_a_service_misses_a_monitor_only_where_one_is_wanted(tmp_path: Path, broker: Broker, backend: str) -> None:
    keys = (f"display.backend={backend}", "display.connector=HDMI-A-9")
    with (
        managed(tmp_path) as (manager, environment),
        appliance(tmp_path, broker, *keys, environment=environment | NO_DESKTOP) as (_, subscriber),
    ):
        wait_until(lambda: any("pose " in said for said in manager.told()), "a sentence")
        assert wait_for_state(subscriber, "waiting")["error"] == "no monitor on HDMI-A-9"
        sentence = [said for said in manager.told() if said.startswith("STATUS=")][-1]
        assert ("nothing is shown: no monitor on HDMI-A-9" in sentence) == (backend == "screen")


def test_a_reload_brings_the_picture_and_takes_it_away(tmp_path: Path, broker: Broker) -> None:
    file = tmp_path / "edge.toml"
    file.write_text('[display]\nbackend = "none"\n')
    keys, options = [*toy_settings(tmp_path), *broker_settings(broker)], ("--config", str(file))
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, tmp_path / "log", *options, environment=os.environ | NO_SCREEN) as process,
    ):
        wait_for_state(subscriber, "off")
        for backend, state in (("screen", "showing"), ("none", "off")):
            file.write_text(f'[display]\nbackend = "{backend}"\n')
            process.send_signal(signal.SIGHUP)
            wait_for_state(subscriber, state)
        assert drawing_process(process.pid) is None


def test_where_no_monitor_is_wanted_nobody_draws(tmp_path: Path, broker: Broker) -> None:
    for backend in ("auto", "none"):
        with appliance(tmp_path, broker, f"display.backend={backend}") as (process, subscriber):
            assert wait_for_state(subscriber, "off")["error"] is None
            subscriber.wait_for("test/pose", 3)
            assert drawing_process(process.pid) is None
