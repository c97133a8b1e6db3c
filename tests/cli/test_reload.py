"""Changing the configuration of a running appliance."""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.broker import PATIENCE_S, Broker, Subscriber, wait_until
from tests.cli.processes import broker_settings, running, toy_settings
from tests.cli.toys import colour_model
from tests.mqtt.samples import check

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from pathlib import Path

RELOADS = int(os.environ.get("EDGE_RELOADS", "6"))
"""A soak run does 100."""


class Appliance:
    """A running ``edge run`` with a configuration file that a test rewrites."""

    def __init__(self, process: subprocess.Popen[bytes], file: Path, log: Path) -> None:
        self.process = process
        self._file = file
        self._log = log

    def log(self) -> str:
        return self._log.read_text()

    def reload(self, text: str, answer: str) -> str:
        """Write the file, send SIGHUP and wait for one more ``answer`` in the log; the log since then."""
        before = len(self.log())
        self._file.write_text(text)
        self.process.send_signal(signal.SIGHUP)
        wait_until(lambda: re.search(answer, self.log()[before:]), f"{answer!r} in the log")
        return self.log()[before:]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "edge.toml"
    path.write_text("")
    return path


def _but(keys: Sequence[str], prefix: str) -> list[str]:
    """The keys a test sets in the file stay off the command line, which would win."""
    return [key for key in keys if not key.startswith(prefix)]


@pytest.fixture(autouse=True)
def other_model(tmp_path: Path) -> Path:
    """The classifier under another name."""
    folder = tmp_path / "other"
    folder.mkdir()
    return colour_model(folder).rename(folder / "colours-again.tflite")


def toml(model: Path, more: str = "") -> str:
    return f'[classification]\nmodel = "{model}"\n{more}'


def test_thresholds_lists_and_models_change_live(tmp_path: Path, broker: Broker, file: Path, other_model: Path) -> None:
    first = colour_model(tmp_path)
    file.write_text(toml(first))
    keys = _but([*toy_settings(tmp_path), *broker_settings(broker)], "classification.")
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, tmp_path / "log", "--config", str(file)) as process,
    ):
        appliance = Appliance(process, file, tmp_path / "log")
        assert len(subscriber.wait_for("test/classification", 3)[-1].json()["categories"]) == 3

        appliance.reload(toml(first, "max_results = 1\n"), "applied=classification.max_results")
        wait_until(
            lambda: len(subscriber.seen("test/classification")[-1].json()["categories"]) == 1,
            "one category in a result",
        )
        appliance.reload(toml(other_model, 'deny = ["red"]\n'), "applied=classification.model")
        wait_until(
            lambda: subscriber.seen("test/classification")[-1].json()["model"] == "colours-again",
            "the other model's name",
        )
        last = subscriber.seen("test/classification")[-1].json()

        check("classification", last)
        assert {category["category_name"] for category in last["categories"]} == {"green", "blue"}


def test_reloads_under_load_lose_no_frame_and_bad_files_change_nothing(
    tmp_path: Path, broker: Broker, file: Path, other_model: Path
) -> None:
    """A file as fast as it can be read; half of the reloads are bad. Every frame is answered by every task."""
    models = (colour_model(tmp_path), other_model)
    bad = (
        ("[classification\n", "edge.toml:1"),
        ("[classification]\nmax_results = 0\n", "classification.max_results = 0"),
        (toml(tmp_path / "none.tflite"), "none.tflite: no such model file"),
    )
    file.write_text(toml(models[0]))
    keys = [*_but(toy_settings(tmp_path), "classification."), *broker_settings(broker), "camera.realtime=false"]
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, tmp_path / "log", "--config", str(file)) as process,
    ):
        appliance = Appliance(process, file, tmp_path / "log")
        subscriber.wait_for("test/pose", 3)
        for i in range(RELOADS // 2):
            text, sentence = bad[i % len(bad)]
            assert sentence in appliance.reload(text, "the last good one stays in force")
            restart = i % 2 == 1
            more = f"score_threshold = 0.{i % 10}\n[inference]\nthreads = {1 if restart else 4}\n"
            said = appliance.reload(toml(models[(i + 1) % 2], more), "configuration reloaded")
            assert "classification.model" in said
            assert ("needs a restart to be in force: inference.threads" in said) is restart
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 0
        subscriber.wait_for_payload("availability", b"offline")
        stats = subscriber.seen("/stats")[-1].json()

    tasks = stats["tasks"]
    assert tasks["pose"]["results"] == tasks["pose"]["frames"]
    assert tasks["classification"]["results"] == tasks["classification"]["frames"]
    assert [task["dropped"] for task in tasks.values()] == [0, 0, 0]
    assert stats["config_error"] is None


def test_a_bad_file_is_shown_in_the_stats_until_it_is_right(tmp_path: Path, broker: Broker, file: Path) -> None:
    keys = [*toy_settings(tmp_path), *broker_settings(broker)]
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, tmp_path / "log", "--config", str(file)) as process,
    ):
        appliance = Appliance(process, file, tmp_path / "log")
        subscriber.wait_for("/stats")
        appliance.reload("[pose]\nfitt = 1\n", "stays in force")
        wait_until(lambda: subscriber.seen("/stats")[-1].json()["config_error"], "the error in the stats")
        error = subscriber.seen("/stats")[-1].json()["config_error"]

        appliance.reload("", "configuration reloaded")
        wait_until(lambda: subscriber.seen("/stats")[-1].json()["config_error"] is None, "no error in the stats")

    assert "edge.toml:2: pose.fitt: unknown key (did you mean pose.fit?)" in error


def test_another_broker_is_used_from_now_on(tmp_path: Path, broker: Broker, file: Path) -> None:
    folder = tmp_path / "second"
    folder.mkdir()
    file.write_text(f'[mqtt]\nhost = "{broker.host}"\nport = {broker.port}\n')
    with (
        Broker(folder) as second,
        Subscriber(broker, "edge/test/#") as before,
        Subscriber(second, "edge/test/#") as after,
        running(toy_settings(tmp_path), tmp_path / "log", "--config", str(file)) as process,
    ):
        appliance = Appliance(process, file, tmp_path / "log")
        before.wait_for("test/pose", 3)
        appliance.reload(f'[mqtt]\nhost = "{second.host}"\nport = {second.port}\n', "applied=mqtt.port")
        first_here = after.wait_for("test/pose", 1)[0].json()
        before.wait_for_payload("availability", b"offline")
        after.wait_for_payload("availability", b"online")
        last_there = before.seen("test/pose")[-1].json()

    assert first_here["run_id"] == last_there["run_id"]
    assert first_here["seq"] > last_there["seq"]


def test_a_service_starts_on_the_last_good_file(tmp_path: Path, broker: Broker, file: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    environment = {**os.environ, "STATE_DIRECTORY": str(state)}
    keys = [*_but(toy_settings(tmp_path), "classification."), *broker_settings(broker)]
    file.write_text(toml(colour_model(tmp_path), "max_results = 2\n"))
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, tmp_path / "log", "--config", str(file), environment=environment),
    ):
        subscriber.wait_for("test/pose")
    file.write_text("[classification]\nmax_results = 0\n")
    with (
        Subscriber(broker, "edge/test/#") as subscriber,
        running(keys, tmp_path / "log", "--config", str(file), environment=environment),
    ):
        message = subscriber.wait_for("test/classification")[-1].json()
        stats = subscriber.wait_for("/stats", 2)[-1].json()

    assert len(message["categories"]) == 2
    assert "classification.max_results = 0" in stats["config_error"]
    assert "the last good one stays in force" in (tmp_path / "log").read_text()
