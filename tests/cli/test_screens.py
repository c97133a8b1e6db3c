"""What a terminal of 80 columns and 24 lines shows of each command, whole words, nothing cut off."""

from __future__ import annotations

import os
import pty
import re
import struct
import subprocess
import sys
import termios
from fcntl import ioctl
from typing import TYPE_CHECKING

import pytest

from edge.cli.main import main
from edge.cli.terminal import wrapped
from edge.doctor.finding import failed
from edge.doctor.report import as_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WIDTH, HEIGHT = 80, 24
STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def shown(words: Sequence[str], folder: Path) -> list[str]:
    """The lines that a command writes to a terminal, each as long as it is."""
    mine, its = pty.openpty()
    ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
    environment = os.environ | {"TERM": "xterm", "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "edge.cli.main", *words]
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=environment):
        os.close(its)
        text = b""
        try:
            while part := os.read(mine, 65536):
                text += part
        except OSError:  # the terminal is gone with the process
            pass
    os.close(mine)
    return STYLES.sub("", text.decode()).replace("\r", "").split("\n")


def too_long(lines: Sequence[str]) -> list[str]:
    """Lines that a terminal would break inside a word; one with nothing but a long word is for copying."""
    return [line for line in lines if len(line) > WIDTH and len(line.split()) > 1]


@pytest.mark.parametrize(
    "line",
    [
        "models list",
        "models info movenet-lightning",
        "models info starter-pose",
        "config show",
        "config explain mqtt",
        "config explain camera",
        "config check --set pose.fitt=1 --set mqtt.port=0",
        "infer pose --model starter-pose there/is/no/such/folder/with/a/picture/in/it.jpg",
        "run rtsp://cam.lan/1",
        "reload --set pose.fit=stretch",
        "help",
        "help mqtt",
        "",
        "--help",
    ],
)
def test_no_line_is_broken_inside_a_word(line: str, tmp_path: Path) -> None:
    lines = shown(line.split(), tmp_path)
    assert len("".join(lines)) > 40
    assert too_long(lines) == []


def test_results_go_on_below_their_picture(tmp_path: Path) -> None:
    picture = str(tmp_path / "aim.png")
    assert main(["snapshot", "--output", picture, "--set", "camera.source=synthetic:living-room"]) == 0
    words = ["--model", "starter-classification", "--set", "classification.max_results=5"]
    lines = shown(["infer", "classification", picture, *words, "--set", "classification.score_threshold=0"], tmp_path)
    assert any(line.startswith(picture) for line in lines)
    assert too_long(lines) == []


def test_the_doctor_goes_on_beneath_the_beginning() -> None:
    why = "localhost is there, but nothing listens on port 1883, which is where Edge has been told to look for it"
    fix = "start a broker here: sudo apt install mosquitto; or set mqtt.host and mqtt.port to one that is elsewhere"
    texts = ["".join(text for text, _ in line) for line in as_lines([failed("broker.reachable", why, fix)], WIDTH)]
    lines = "\n".join(texts).split("\n")
    assert lines[0].startswith("failed   broker.reachable      localhost is there")
    assert lines[1][:31].strip() == ""
    assert max(map(len, lines)) <= WIDTH
    assert why in " ".join(line[31:].strip() for line in lines)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("short", ["short"]),
        ("one two three four", ["one two", "  three", "  four"]),
        ("  in: one two three", ["  in: one", "    two", "    three"]),
        ("a/very/long/path is whole", ["a/very/long/path", "  is whole"]),
        ("one\ntwo", ["one", "two"]),
    ],
)
def test_words_stay_whole(text: str, lines: list[str]) -> None:
    assert wrapped(text, 9 if "path" not in text else 12).split("\n") == lines
    assert wrapped(text, None) == text
