"""``edge demo`` from the command line to the files it leaves: the daemon on the built-in scene, heard over MQTT."""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import pytest

from edge.cli.main import main
from edge.demo import broker
from edge.demo.broker import RunningBroker
from edge.demo.topic_statistics import TopicStatistics
from edge.tracking.keypoints import COCO_17
from tests.broker import PATIENCE_S, Subscriber, wait_until
from tests.cli.drawn import drawing_process
from tests.cli.toys import action_model, colour_model, constant_pose_model
from tests.demo.test_video_recorder import decoded
from tests.monitor.x11 import Client, running_display

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

Output = pytest.CaptureFixture[str]
TASKS = ("pose", "classification", "action")
ENOUGH = 6


def toys(folder: Path) -> list[str]:
    """Options that have three toy models run, on as few pictures as the fastest of them needs."""
    models = (constant_pose_model(folder), colour_model(folder), action_model(folder))
    return options("camera.fps=10", *(f"{task}.model={model}" for task, model in zip(TASKS, models, strict=True)))


def options(*keys: str) -> list[str]:
    return [word for key in keys for word in ("--set", key)]


def counts(text: str) -> dict[str, list[str]]:
    """The table of the summary: valid, invalid, lost … by topic."""
    rows = re.findall(r"^(availability|pose|classification|action|stats)((?: +[\d.]+)+) *$", text, re.MULTILINE)
    return {topic: numbers.split() for topic, numbers in rows}


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Temporary files are made where this test sees them, and no model is in the store."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))


@pytest.fixture
def ends_when_all_deliver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ctrl-C as soon as each task has sent a few messages to the demo that runs in this process."""
    made: list[TopicStatistics] = []
    over = threading.Event()

    def remembered(prefix: str) -> TopicStatistics:
        made.append(TopicStatistics(prefix))
        return made[-1]

    def watch() -> None:
        while not over.wait(0.05):
            topics = made[-1].reports(0.0) if made else {}
            if all(task in topics and topics[task].valid + topics[task].invalid >= ENOUGH for task in TASKS):
                os.kill(os.getpid(), signal.SIGINT)
                return

    monkeypatch.setattr("edge.demo.demo.TopicStatistics", remembered)
    watcher = threading.Thread(target=watch)
    watcher.start()
    yield
    over.set()
    watcher.join()


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in (folder / "tmp").iterdir() if path.name.startswith("edge-demo")]


@pytest.mark.usefixtures("ends_when_all_deliver")
def test_every_task_delivers_and_the_files_are_there(tmp_path: Path, capsys: Output) -> None:
    out = tmp_path / "new" / "folder"

    assert main(["demo", "--output", str(out), "--scene", "gym", *toys(tmp_path)]) == 0

    text = capsys.readouterr().out
    found = counts(text)
    assert set(found) == {"availability", "stats", *TASKS}
    assert {numbers[1] for numbers in found.values()} == {"0"}
    assert all(int(found[task][0]) >= ENOUGH for task in TASKS)
    assert found["availability"][0] == "2"
    assert "scene 'gym', starter models, mosquitto on port" in text
    assert f"written: {out / 'demo.mp4'}\nwritten: {out / 'contact-sheet.png'}" in text
    assert "edge demo --models real" in text
    assert sorted(path.name for path in out.iterdir()) == ["contact-sheet.png", "demo.mp4"]
    frames = decoded(out / "demo.mp4")
    assert len(frames) >= ENOUGH
    assert frames[0][1].shape == (480, 640, 3)
    sheet = cv2.imread(str(out / "contact-sheet.png"))
    assert sheet is not None
    assert sheet.shape[1] == 1650
    assert leftovers(tmp_path) == []


@pytest.mark.usefixtures("ends_when_all_deliver")
def test_the_broker_in_python_does_as_well(tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "_SBIN", ())
    monkeypatch.setenv("PATH", str(tmp_path))

    assert main(["demo", "--output", str(tmp_path / "out"), *toys(tmp_path)]) == 0

    assert ", amqtt on port" in capsys.readouterr().out


def test_a_task_that_delivers_nothing_is_named(tmp_path: Path, capsys: Output) -> None:
    too_short = ["demo", "--seconds", "0.05", "--output", str(tmp_path / "out"), *toys(tmp_path)]

    assert main(too_short) == 1

    assert re.search(r"edge: no message of (pose|classification|action) came", capsys.readouterr().err)
    assert leftovers(tmp_path) == []


@pytest.mark.usefixtures("ends_when_all_deliver")
def test_messages_that_are_not_valid_are_counted_and_fail_the_demo(
    tmp_path: Path, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge.tasks.pose.result.COCO_17", replace(COCO_17, names=("tail",) * 17))

    assert main(["demo", "--output", str(tmp_path / "out"), *toys(tmp_path)]) == 1

    said = capsys.readouterr()
    assert "messages on pose are not as the schema says; the first: $.people[0].keypoints[0].name: 'tail'" in said.err
    assert counts(said.out)["pose"][0] == "0"


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("--scene", "tuor"), 2, 'there is no scene "tuor" (did you mean "tour"?)'),
        (("--output", "/proc/none"), 2, "--output /proc/none: the folder cannot be made"),
        (("--models", "real"), 1, "not in the model store"),
        (options(*(f"{task}.enabled=false" for task in TASKS)), 2, "no task is enabled"),
        (("--set", "pose.modle=x"), 2, "unknown key (did you mean pose.model?)"),
    ],
)
def test_what_cannot_work_is_one_sentence(
    tmp_path: Path, capsys: Output, arguments: Sequence[str], status: int, sentence: str
) -> None:
    assert main(["demo", "--output", str(tmp_path / "out"), *arguments]) == status

    assert sentence in capsys.readouterr().err
    assert leftovers(tmp_path) == []


def demo_process(folder: Path, stdout: int, *arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "edge.cli.entry", "demo", "--output", str(folder / "out"), *arguments]
    return subprocess.Popen([*command, *toys(folder)], stdout=stdout, stderr=subprocess.DEVNULL, start_new_session=True)


def wait_for_all(text: str) -> None:
    """Wait until each task has sent a few messages to the demo whose first line this is."""
    found = re.search(r"on port (\d+)\.", text)
    assert found is not None
    with Subscriber(RunningBroker("any", int(found[1])), "edge/demo/#") as subscriber:
        for task in TASKS:
            subscriber.wait_for(f"demo/{task}", ENOUGH)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_peace_with_the_summary(tmp_path: Path, number: signal.Signals) -> None:
    with demo_process(tmp_path, subprocess.PIPE) as process:
        assert process.stdout is not None
        text = process.stdout.readline().decode()
        wait_for_all(text)
        os.killpg(process.pid, number)  # as the terminal does: to everybody who is not in a session of their own
        text += process.stdout.read().decode()
        assert process.wait(PATIENCE_S) == 0

    assert set(counts(text)) == {"availability", "stats", *TASKS}
    assert len(decoded(tmp_path / "out" / "demo.mp4")) >= ENOUGH
    assert leftovers(tmp_path) == []


@pytest.mark.long
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="Xvfb is not installed")
@pytest.mark.parametrize("options", [(), ("--no-window",)])
def test_on_a_desktop_there_is_a_window_unless_it_is_not_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: Sequence[str]
) -> None:
    with running_display((640, 480)) as display, Client(display) as desktop:
        monkeypatch.setenv("DISPLAY", display.name)
        with demo_process(tmp_path, subprocess.PIPE, *options) as process:
            assert process.stdout is not None
            wait_for_all(process.stdout.readline().decode())
            if options:
                assert drawing_process(process.pid) is None
            else:
                wait_until(lambda: desktop.window("Edge – demo"), "a window")  # noqa: RUF001
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            assert process.wait(PATIENCE_S) == 0
        assert desktop.window("Edge") is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_starts_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    with demo_process(tmp_path, subprocess.PIPE) as process:
        assert process.stdout is not None
        wait_until(lambda: leftovers(tmp_path), "the broker's folder")
        process.send_signal(number)
        process.wait(PATIENCE_S)

    assert leftovers(tmp_path) == []


@pytest.mark.long
def test_at_a_terminal_there_is_a_screen_unless_it_is_not_wanted(tmp_path: Path) -> None:
    screen = at_a_terminal(tmp_path)
    assert "╭─ Edge demo" in screen
    assert "scene tour shows: an empty room" in screen
    assert "What came over MQTT" in screen

    plain = at_a_terminal(tmp_path, "--no-tui")
    assert "╭" not in plain
    assert "What came over MQTT" in plain


def at_a_terminal(folder: Path, *arguments: str) -> str:
    """What the demo writes to a terminal, without colours; ended by Ctrl-C once all tasks deliver."""
    parent, child = pty.openpty()
    written: list[bytes] = []

    def read() -> None:
        try:
            while block := os.read(parent, 65536):
                written.append(block)
        except OSError:  # the terminal is closed
            pass

    def text() -> str:
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", b"".join(written).decode(errors="replace"))

    reader = threading.Thread(target=read)
    with demo_process(folder, child, *arguments) as process:
        os.close(child)
        reader.start()
        wait_until(lambda: re.search(r"on port \d+\.", text()), "the first line")
        wait_for_all(text())
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 0
    reader.join()
    os.close(parent)
    return text()
