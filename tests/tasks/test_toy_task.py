"""A task more, from its keys to what Home Assistant shows: one folder, one line in the registry, no other file."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest

from edge.overlay.canvas import Canvas
from edge.overlay.video_writer import VideoWriter
from tests.broker import PATIENCE_S, Subscriber, wait_until
from tests.mqtt.home_assistant import mistakes
from tests.mqtt.samples import closed, validator
from tests.support import TASK_NAMES, make_frame, picture
from tests.tasks.test_registry import Parts
from tests.terminal import at_terminal
from tests.toy.brightness import discovery, events, messages, metrics, painter, processor, settings, trace, words
from tests.toy.brightness.result import BrightnessResult
from tests.toy.copy import LINE, TOY, changed, package_with_toy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.broker import Broker

EDGE = (sys.executable, "-c", "import sys; from edge.cli.entry import main; sys.exit(main())")
ALONE = tuple(f"{task}.enabled=false" for task in TASK_NAMES)
DARK, BRIGHT = 20, 220


PARTS = Parts(
    section=settings.BrightnessSettings,
    conflicts=settings.conflicts,
    discovery=discovery,
    events=events,
    messages=messages,
    metrics=metrics.Metrics,
    painter=painter.Painter,
    processing=processor,
    trace=trace,
    words=words,
)
"""The type checker holds them against what is asked of the parts of a task."""


@dataclass(frozen=True)
class Toy:
    """``edge`` with the task in it."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(self.folder), "COLUMNS": "100"}

    @contextmanager
    def running(self, *words: str, keys: Sequence[str] = ()) -> Iterator[subprocess.Popen[str]]:
        """A process that is ended with the block."""
        overrides = [word for key in keys for word in ("--set", key)]
        with subprocess.Popen(
            [*EDGE, *words, *overrides],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.terminate()
                process.communicate(timeout=PATIENCE_S)

    def run(self, *words: str, keys: Sequence[str] = (), status: int = 0) -> str:
        """What it prints, errors included."""
        with self.running(*words, keys=keys) as process:
            out, err = process.communicate(timeout=PATIENCE_S * 3)
        assert process.returncode == status, err
        return out + err if status else out

    def at_a_terminal(self, *words: str) -> str:
        """What it shows there, when it has ended by itself."""
        ended = at_terminal([*EDGE, *words], self.environment, folder=self.folder)
        assert ended.returncode == 0, ended.stdout
        return ended.stdout

    def valid(self, name: str, message: dict[str, Any]) -> dict[str, Any]:
        """The message, which is as the schema says that is printed, and has nothing else in it."""
        validator(closed(schema(self, name))).validate(message)
        return message


@cache
def schema(toy: Toy, name: str) -> Any:
    """What is printed of one kind of message."""
    return json.loads(toy.run("schema", name))


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Toy:
    return Toy(package_with_toy(tmp_path_factory.mktemp("toy")))


@pytest.fixture(scope="module")
def clip(toy: Toy) -> Path:
    """Three seconds of dark, then three of bright."""
    with VideoWriter(toy.folder / "clip.mp4") as writer:
        for number in range(60):
            value = DARK if number < 30 else BRIGHT
            writer.write(np.full((120, 160, 3), value, np.uint8), round(number / 10 * 1e9))
    return toy.folder / "clip.mp4"


def test_it_is_one_folder_and_one_line(toy: Toy) -> None:
    own = [
        f"new edge/tasks/brightness/{path.relative_to(TOY)}"
        for path in TOY.rglob("*")
        if path.suffix in {".py", ".json"}
    ]
    model = "new edge/tasks/brightness/light.tflite"
    assert sorted(changed(toy.folder)) == sorted([*own, model, f"edge/tasks/registry.py + {LINE.rstrip()}"])


def test_nothing_odd_harms_what_it_says_and_draws() -> None:
    assert PARTS.metrics().rows() == [("results", "0"), ("level, mean", "-")]
    for message in ({}, {"level": None, "settled": 3}, {"level": "much"}, {"level": float("nan")}):
        assert isinstance(PARTS.words.now(message, message) + PARTS.words.best(message), str)
    frame = make_frame()
    result = BrightnessResult("brightness", frame, "light", "cpu", 1.0, 0.5, None)
    for height, width in ((1, 1), (1, 400), (400, 1), (40, 30)):
        PARTS.painter().paint(Canvas.whole(np.zeros((height, width, 3), np.uint8)), result, 4)


def test_its_keys_are_explained_and_held_to_what_they_may_be(toy: Toy) -> None:
    said = toy.run("config", "explain", "brightness.dark_below")
    assert "Less than this of the lightest there can be is dark." in said
    assert "a number from 0 to 1" in said
    assert set(json.loads(toy.run("config", "schema"))["properties"]["brightness"]["properties"]) == {
        *("enabled", "model", "threads", "dark_below", "bright_from", "max_rate_hz")
    }

    wrong = toy.run("config", "check", keys=["brightness.dark_belo=0", "brightness.bright_from=2"], status=2)
    assert "unknown key (did you mean brightness.dark_below?)" in wrong
    assert "brightness.bright_from = 2: must be a number from 0 to 1" in wrong
    assert "must not be above brightness.bright_from (0.6)" in toy.run(
        "config", "check", keys=["brightness.dark_below=0.7"], status=2
    )
    assert "or brightness.enabled to true" in toy.run(
        "config", "check", keys=[*ALONE, "brightness.enabled=false"], status=2
    )


def test_files_are_looked_at_drawn_on_and_told_of(toy: Toy, clip: Path) -> None:
    drawn = toy.folder / "drawn.mp4"
    lines = toy.run("infer", "brightness", str(clip), "--json", "--output", str(drawn)).splitlines()
    messages = [toy.valid("brightness", json.loads(line)) if line is lines[-1] else json.loads(line) for line in lines]

    assert [round(one["level"], 1) for one in messages] == [0.1] * 30 + [0.9] * 30
    settled = [one["settled"] and one["settled"]["category_name"] for one in messages]
    assert [one for one, after in pairwise([*settled, ""]) if one != after] == [None, "dark", "bright"]
    assert drawn.stat().st_size > 0

    still, plate = toy.folder / "still.png", toy.folder / "plate.png"
    cv2.imwrite(str(still), np.full((480, 640, 3), BRIGHT, np.uint8))
    assert "level 0.86" in toy.run("infer", "brightness", str(still), "--output", str(plate))
    assert picture(plate)[16:24, 16:200].min() < BRIGHT / 2
    assert picture(plate)[200:].min() > BRIGHT - 2


def test_a_script_gets_its_results(toy: Toy) -> None:
    code = "import edge, numpy; print(edge.open_task('brightness').detect(numpy.zeros((90, 120, 3), 'uint8')).level)"
    command = [sys.executable, "-c", code]
    assert subprocess.check_output(command, cwd=toy.folder, env=toy.environment, text=True) == "0.0\n"


def test_it_is_recorded_and_replayed(toy: Toy, clip: Path) -> None:
    trace, other = toy.folder / "trace.jsonl", ["brightness.bright_from=0.95"]
    toy.run("record", "--output", str(trace), keys=[*ALONE, f"camera.source=video:{clip}", "camera.realtime=false"])

    messages = [json.loads(line) for line in toy.run("replay", str(trace), "--json", keys=other).splitlines()]
    assert [round(one["level"], 1) for one in messages] == [0.1] * 30 + [0.9] * 30
    assert messages[-1]["settled"]["category_name"] == "dim"
    assert "level, mean" in toy.run("replay", str(trace), keys=other)

    trace.write_text(trace.read_text().replace('"level":', '"level":"light","light":', 1))
    assert "'level' is not a number" in toy.run("replay", str(trace), status=1)


def test_the_appliance_publishes_it_and_takes_requests_for_it(toy: Toy, clip: Path, broker: Broker) -> None:
    keys = [
        *ALONE,
        *(f"camera.source=video:{clip}", "camera.loop=true", "health.stats_interval_s=0.5", "tracking.label_hold_s=0"),
        *("device.id=test", f"mqtt.host={broker.host}", f"mqtt.port={broker.port}", "mqtt.control=true"),
    ]
    with Subscriber(broker, held=False) as subscriber, toy.running("run", keys=keys):
        toy.valid("brightness", subscriber.wait_for("test/brightness", 5)[-1].json())
        wait_until(lambda: "dark" in settled(subscriber), "it has settled")
        begun = subscriber.wait_for("test/event")[0].json()
        assert (begun["type"], begun["what"], begun["task"]) == ("start", "brightness", "brightness")
        assert begun["category_name"] in {"dark", "bright"}
        toy.valid("event", begun)
        for message in subscriber.seen("state/brightness"):
            toy.valid("state/brightness", message.json())
        stats = toy.valid("stats", subscriber.wait_for("test/stats", 2)[-1].json())
        assert stats["tasks"]["brightness"]["model"] == "light"
        assert stats["score_thresholds"] == {}

        [announced] = subscriber.wait_for("/config")
        assert mistakes(announced.topic, announced.json()) == []
        components = announced.json()["components"]
        assert {"brightness", "brightness_event", "brightness_began", "brightness_running"} <= wanted(components)
        assert {"brightness_threshold", "brightness_model_choice"}.isdisjoint(wanted(components))

        shown = toy.at_a_terminal("watch", "--host", broker.host, "--port", str(broker.port), "--seconds", "1")
        assert "brightness" in shown
        assert re.search("dark|bright(?!ness)|nothing settled", shown)
        subscriber.publish("edge/test/request/task/pause", b'{"arguments": {"task": "brightness", "paused": true}}')
        assert subscriber.wait_for("response/task/pause")[0].json()["ok"]


def wanted(components: dict[str, Any]) -> set[str]:
    """Those that are not there to be removed."""
    return {name for name, component in components.items() if component.keys() != {"platform"}}


def settled(subscriber: Subscriber) -> list[str]:
    found = [message.json()["settled"] for message in subscriber.seen("state/brightness")]
    return [one["category_name"] for one in found if one]


def test_the_doctor_looks_at_its_model(toy: Toy) -> None:
    with toy.running("doctor", "--json", keys=[*ALONE, "mqtt.enabled=false"]) as process:
        said, _ = process.communicate(timeout=PATIENCE_S * 3)
    findings = {one["name"]: one for one in json.loads(said)}
    assert findings["models.brightness"]["verdict"] == "ok"
    assert findings["models.brightness"]["why"].startswith("light runs in ")


def test_a_demo_shows_it(toy: Toy) -> None:
    options = ("--no-tui", "--seconds", "60", "--output", str(toy.folder / "demo"))
    with toy.running("demo", *options, keys=[*ALONE, "camera.fps=10"]) as process:
        assert process.stdout
        assert any("brightness: " in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        said, complaint = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, "brightness" in said, "models: light" in said) == (0, True, True), complaint
