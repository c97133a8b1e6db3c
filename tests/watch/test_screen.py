from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import pytest
from rich.console import Console

from edge.watch.devices import Devices
from edge.watch.screen import FEW, render
from tests.watch.samples import SETTLED, STATS, message


def drawn(devices: Devices, now_s: float = 1.0, notice: str = "", width: int = 130, height: int = 24) -> str:
    console = Console(file=io.StringIO(), width=width, height=height)
    with console.capture() as capture:
        console.print(render(devices.reports(now_s), notice))
    return capture.get()


def kitchen() -> Devices:
    devices = Devices("edge")
    devices.take("edge/kitchen/availability", b"online", 0.0)
    devices.take("edge/kitchen/stats", message(**STATS), 0.0)
    devices.take("edge/kitchen/pose", message(people=[{}, {}]), 0.0)
    devices.take("edge/kitchen/classification", message(**SETTLED), 0.0)
    return devices


def test_a_single_device_is_shown_in_full() -> None:
    screen = drawn(kitchen())
    for words in (
        *("kitchen", "online", "2 people", "movenet-lightning", "29.9", "12 ms", "21 ms", "Tabby cat 83%"),
        *("picamera running, 30.0 fps", "dropped 3, reconnects 1", "up 2 h", "190 MiB", "61 °C", "version 1.2.3"),
    ):
        assert words in screen, words


def test_what_matters_least_goes_first() -> None:
    headings = ["task", "now", "best", "model", "on", "published/s", "rate", "inference", "latency", "lost"]
    kept = {width: drawn(kitchen(), width=width).splitlines()[1].strip("│").split() for width in range(60, 140, 4)}
    assert kept[136] == headings
    for narrow, wide in pairwise(kept.values()):
        assert set(narrow) <= set(wide)
    assert kept[80] == ["task", "now", "best", "rate", "latency"]
    assert kept[60][:3] == ["task", "now", "best"]


def test_a_terminal_of_80_columns_shows_what_is_seen() -> None:
    devices = kitchen()
    labels = {"display_name": "German short-haired pointer", "category_name": "german_short_haired_pointer", "score": 1}
    settled = {"category_name": "german_short_haired_pointer", "since": "2026-05-01T08:00:00.000Z"}
    devices.take("edge/kitchen/classification", message(2, categories=[labels], settled=settled), 0.0)
    screen = drawn(devices, width=80)
    assert "german_short_haired_pointer" in screen
    assert "German short-h" in screen
    assert max(map(len, screen.splitlines())) <= 80


def test_a_label_that_is_longer_than_the_line_ends_in_an_ellipsis() -> None:
    devices = kitchen()
    labels = {"display_name": "label " * 30, "score": 0.5}
    devices.take("edge/kitchen/classification", message(2, categories=[labels], settled=None), 0.0)
    assert "…" in next(line for line in drawn(devices, width=80).splitlines() if "classification" in line)


def test_no_word_is_broken_in_80_columns() -> None:
    devices = kitchen()
    error = "the camera at rtsp://cam.lan/stream does not answer within ten seconds; check its address and its power"
    devices.take("edge/kitchen/stats", message(2, **STATS | {"camera": STATS["camera"] | {"error": error}}), 0.5)
    text = " ".join(line.strip("│ ") for line in drawn(devices, width=80).splitlines())
    assert error in text


def test_a_task_that_rests_or_is_off_is_named() -> None:
    devices = kitchen()
    tasks = {"pose": STATS["tasks"]["pose"] | {"paused": True}}
    devices.take("edge/kitchen/stats", message(2, **STATS | {"tasks": tasks}), 0.5)
    rows = {words[0]: words[1] for line in drawn(devices).splitlines() if (words := line.strip("│ ").split())[1:]}
    assert (rows["pose"], rows["classification"], rows["action"]) == ("paused", "nothing", "off")


def test_more_devices_than_lines_are_counted() -> None:
    devices = kitchen()
    for number in range(40):
        devices.take(f"edge/pi-{number:02}/availability", b"online", 0.0)
    lines = drawn(devices, width=80).splitlines()
    assert len(lines) < 25
    rows = sum("pi-" in line or "kitchen" in line for line in lines)
    assert lines[-1] == f"and {41 - rows} more; to see some of them: edge watch DEVICE …"


def test_few_devices_that_are_too_high_for_the_screen_are_a_table() -> None:
    devices = kitchen()
    for name in ("hall", "yard"):
        devices.take(f"edge/{name}/stats", message(**STATS), 0.0)
        devices.take(f"edge/{name}/pose", message(people=[{}]), 0.0)
    lines = drawn(devices, width=80).splitlines()
    assert len(lines) < 25
    assert all(any(f" {name} " in line for line in lines) for name in ("kitchen", "hall", "yard"))
    assert drawn(devices, height=60).count("camera picamera running") == 3


def test_what_is_wrong_stands_there() -> None:
    devices = kitchen()
    wrong = STATS | {
        "camera": STATS["camera"] | {"error": "the camera cable is loose"},
        "config_error": "edge.toml:3: unknown key",
        "update_error": "0.2 did not work here and 0.1 was put back",
        "throttled": True,
        "governor": {"level": 2, "reasons": ["temperature", "queue_age"]},
        "tasks": {"pose": {"edgetpu_failed": True, "backend_reason": "the EdgeTPU usb:0 was unplugged"}},
    }
    devices.take("edge/kitchen/stats", message(2, **wrong), 0.5)
    screen = drawn(devices, notice="the connection is lost")
    for words in (
        "cable is loose",
        "edge.toml:3",
        "0.1 was put back",
        "slowed down",
        "held back, level 2: temperature, queue_age",
        "the connection is lost",
        "usb:0 was unplugged",
    ):
        assert words in screen, words


def test_why_the_cpu_computes_is_said_only_where_it_should_not() -> None:
    devices = kitchen()
    tasks = {"pose": {"backend_reason": "no EdgeTPU is attached", "edgetpu_failed": False}}
    devices.take("edge/kitchen/stats", message(2, **STATS | {"tasks": tasks}), 0.5)
    assert "no EdgeTPU is attached" not in drawn(devices)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"temperature_c": 51.2}, "EdgeTPU pci:0 ready, 29.9/s, restarts 2   51 °C"),
        ({"temperature_c": None}, "EdgeTPU pci:0 ready, 29.9/s, restarts 2"),
        ({"rate_hz": "fast", "restarts": []}, "EdgeTPU pci:0 ready, -/s, restarts -"),
    ],
)
def test_the_edgetpus_stand_there(told: dict[str, Any], words: str) -> None:
    devices = kitchen()
    tpu = {"device": "pci:0", "state": "ready", "rate_hz": 29.9, "restarts": 2}
    devices.take("edge/kitchen/stats", message(2, **STATS | {"edgetpus": [tpu | told, "odd"]}), 0.5)
    assert words in drawn(devices)


def test_silence_and_absence_are_told_apart() -> None:
    devices = kitchen()
    assert "silent for 2 min" in drawn(devices, now_s=120.0)
    devices.take("edge/kitchen/availability", b"offline", 121.0)
    assert "offline" in drawn(devices, now_s=121.0)


def test_many_devices_are_a_table() -> None:
    devices = kitchen()
    for number in range(FEW):
        devices.take(f"edge/pi-{number}/availability", b"offline", 0.0)
    rows = [line for line in drawn(devices).splitlines() if "pi-" in line or "kitchen" in line]
    assert len(rows) == FEW + 1
    assert rows[0].split() == [
        "kitchen",
        "online",
        "2",
        "people",
        "nothing",
        "settled",
        "off",
        "0.4",
        "21",
        "ms",
        "0",
        "61",
    ]


def test_before_the_first_message_it_says_so() -> None:
    assert "no device has said anything yet" in drawn(Devices("edge"))


def test_a_device_without_stats_and_with_odd_ones_is_shown() -> None:
    devices = Devices("edge")
    devices.take("edge/[red]pi/pose", message(people=[]), 0.0)
    assert "no stats yet" in drawn(devices)
    devices.take("edge/[red]pi/stats", message(tasks=[1], camera=3, mqtt=None, uptime_s="long"), 0.0)
    screen = drawn(devices)
    assert "[red]pi" in screen
    assert "up -" in screen


def test_a_stranger_controls_no_terminal_and_breaks_no_screen() -> None:
    devices = Devices("edge")
    devices.take(
        "edge/\x1b]0;x\x07pi/stats", b'{"uptime_s": 1' + b"0" * 400 + b', "memory_mb": 1' + b"0" * 400 + b"}", 0.0
    )
    devices.take("edge/\x1b]0;x\x07pi/action", message(settled={"category_name": "\x1b[2J\ud800cat"}), 0.0)
    devices.take("edge/pi/stats", b"[" * 100_000, 0.0)
    screen = drawn(devices)
    assert "\x1b]" not in screen
    assert "\x1b[2J" not in screen
    assert "cat" in screen
    screen.encode()


def test_numbers_of_any_length_leave_a_table_of_many_devices_as_it_is() -> None:
    devices = kitchen()
    for number in range(FEW):
        devices.take(f"edge/{number}/availability", b"online", 0.0)
    for topic in range(20):
        for sign in ("-", ""):
            devices.take(f"edge/0/{topic}", f'{{"run_id": "a", "seq": {sign}{"9" * 4300}}}'.encode(), 0.0)
    assert "kitchen" in drawn(devices)
