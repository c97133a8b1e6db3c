"""The whole appliance on a machine that becomes hot and cools down, and in front of a room in which nobody is."""

from __future__ import annotations

import os
import signal
import threading
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from edge.base.machine_files import MachineFiles
from edge.config.store import ConfigStore
from edge.daemon.daemon import run_daemon
from edge.overlay.video_writer import VideoWriter
from edge.settings import SCHEMA
from tests.base.test_firmware import TEMPERATURE, write
from tests.broker import Broker, Subscriber, wait_until
from tests.cli.processes import broker_settings, toy_settings
from tests.cli.toys import colour_model, red_dot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from edge.types import Result

RUN_S = 90.0


class Course:
    """What happens to the appliance while it runs: in a thread of its own, and then it is told to stop."""

    def __init__(self, happens: Callable[[], None]) -> None:
        self._happens = happens
        self._thread = threading.Thread(target=self._run)
        self._failure: BaseException | None = None

    def run(self, keys: list[str], files: MachineFiles) -> None:
        self._thread.start()
        run_daemon(ConfigStore(SCHEMA, None, keys, None), seconds=RUN_S, files=files)
        self._thread.join()
        if self._failure:
            raise self._failure

    def _run(self) -> None:
        try:
            self._happens()
        except BaseException as failure:  # noqa: BLE001  # of pytest, too
            self._failure = failure
        os.kill(os.getpid(), signal.SIGTERM)


def test_heat_lowers_rates_and_the_model_and_all_comes_back_when_it_is_over(
    tmp_path: Path, two_pose_models: Path, broker: Broker
) -> None:
    keys = [
        *toy_settings(tmp_path),
        *broker_settings(broker),
        "pose.model=starter-multipose",
        "action.enabled=false",
        "governor.step_s=1",
        "governor.relax_s=1",
        "governor.idle_after_s=0",
    ]
    with Subscriber(broker, "edge/test/stats") as stats, Subscriber(broker, "edge/test/event") as events:

        def newest() -> dict[str, Any]:
            message = stats.newest()
            return message.json() if message else {}

        def governor() -> dict[str, Any]:
            return newest().get("governor") or {}

        def held_back() -> list[dict[str, Any]]:
            told = [message.json() for message in events.seen()]
            return [one for one in told if (one["what"], one["task"]) == ("governed", "pose")]

        def model() -> str:
            return str(newest()["tasks"]["pose"]["model"])

        def course() -> None:
            wait_until(lambda: governor().get("level") == 0, "stats of a cool machine")
            assert (governor()["reasons"], governor()["rates_hz"], model()) == ([], {}, "starter-multipose")
            write(two_pose_models, TEMPERATURE, "80500\n")
            wait_until(lambda: governor()["level"] >= 2 and model() == "starter-pose", "the lighter model")
            assert newest()["temperature_c"] == 80.5
            assert governor()["reasons"] == ["temperature"]
            assert governor()["models"] == {"pose": "starter-pose"}
            wait_until(lambda: governor()["level"] == 4, "the highest level")
            assert governor()["rates_hz"] == {"pose": 3.75, "classification": 3.75}
            write(two_pose_models, TEMPERATURE, "60000\n")
            wait_until(lambda: governor()["level"] == 0, "the lowest level")
            wait_until(lambda: held_back()[-1]["type"] == "end", "the end")
            wait_until(lambda: model() == "starter-multipose", "the configured model")
            assert (governor()["rates_hz"], governor()["models"]) == ({}, {})

        Course(course).run(keys, MachineFiles(two_pose_models))
        told = held_back()

    start, *updates, end = told
    assert {one["id"] for one in told} == {start["id"]}
    assert (start["type"], start["level"], start["rate_hz"], start["model"]) == ("start", 1, 15.0, "starter-multipose")
    assert start["why"] == "the processor is hot"
    assert {one["type"] for one in updates} == {"update"}
    assert [one["level"] for one in updates] == [2, 3, 4, 3, 2, 1]
    assert [one["model"] for one in updates] == ["starter-pose"] * 5 + ["starter-multipose"]
    assert (end["level"], end["reason"], "rate_hz" in end) == (0, "over", False)


@pytest.mark.parametrize("key", ["governor.enabled=false", "camera.realtime=false"])
def test_one_key_turns_all_of_it_off_and_files_are_never_slowed_down(
    tmp_path: Path, two_pose_models: Path, broker: Broker, key: str
) -> None:
    write(two_pose_models, TEMPERATURE, "90000\n")
    keys = [*toy_settings(tmp_path), *broker_settings(broker), "governor.step_s=1", "action.enabled=false", key]
    with Subscriber(broker, "edge/test/#") as heard:

        def course() -> None:
            wait_until(lambda: len(heard.seen("test/stats")) >= 8, "stats of four seconds")

        Course(course).run(keys, MachineFiles(two_pose_models))
        assert {str(message.json()["governor"]) for message in heard.seen("test/stats")} == {"None"}
        assert not [one for message in heard.seen("test/event") if (one := message.json())["what"] == "governed"]


def test_nobody_and_no_motion_is_a_lower_rate_until_the_first_frame_that_moves(tmp_path: Path) -> None:
    fps, still_frames, frames = 20.0, 100, 140
    with VideoWriter(tmp_path / "room.mp4") as writer:
        for number in range(frames):
            moves = max(0, number - still_frames + 1)
            writer.write(red_dot(80 if moves == 0 else 40 + 10 * (moves % 8)), round(number / fps * 1e9))
    keys = [
        "device.id=test",
        "mqtt.enabled=false",
        f"camera.source=video:{tmp_path / 'room.mp4'}",
        f"classification.model={colour_model(tmp_path)}",
        "pose.enabled=false",
        "action.enabled=false",
        "governor.idle_after_s=1",
        "governor.idle_rate_hz=1",
    ]
    results: list[Result] = []

    class Recorder:
        def put(self, result: Result) -> None:
            results.append(result)

    run_daemon(ConfigStore(SCHEMA, None, keys, None), seconds=RUN_S, sinks=[Recorder()])
    numbers = np.array([result.frame.number for result in results])
    idle = numbers[(numbers > 1.5 * fps) & (numbers < still_frames)]
    assert 2 <= len(idle) <= 6, "of 70 frames"
    first, *_ = numbers[numbers >= still_frames]
    assert first <= still_frames + 2, "a busy machine may miss a frame"
    awake = numbers[numbers >= first]
    assert np.median([after - before for before, after in pairwise(awake)]) <= 2
