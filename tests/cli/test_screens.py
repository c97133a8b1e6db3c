"""What a terminal of 80 columns and 24 lines shows of each command, whole words, nothing cut off."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from edge.base.terminal import wrapped
from edge.cli.main import main
from edge.doctor.finding import failed
from edge.doctor.report import as_lines
from edge.runtime.catalog import load_catalog
from tests.cli.toys import clip_file
from tests.runtime.store.site import running_site
from tests.support import ROOT
from tests.terminal import at_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.runtime.store.site import Visit

WIDTH, HEIGHT = 80, 24
EDGE = (sys.executable, "-m", "edge.cli.entry")
STYLES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def shown(
    words: Sequence[str], folder: Path, *, command: Sequence[str] = EDGE, results: int | None = None
) -> list[str]:
    """The lines that a command writes to a terminal, each as long as it is; of one that changes, all that it was.

    ``results`` takes what goes to stdout instead.
    """
    environment = os.environ | {"TERM": "xterm", "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        environment.pop(name, None)
    text = at_terminal([*command, *words], environment, size=(HEIGHT, WIDTH), results=results).stdout
    return re.split(r"[\r\n]+", STYLES.sub("", text))


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


def test_a_film_shows_its_name_and_how_far_it_is_on_one_line(tmp_path: Path) -> None:
    film = clip_file(tmp_path / f"{'a film with a long name ' * 4}.mp4", frames=40)
    lines = shown(["infer", "pose", str(film), "--model", "starter-pose"], tmp_path, results=subprocess.DEVNULL)
    bars = [line.rstrip() for line in lines if line.startswith("a film with a")]
    assert bars
    assert [bar for bar in bars if not re.search(r"… ━.* +\d+% [\d:-]+$", bar)] == []
    assert too_long(lines) == []


@pytest.mark.parametrize("name", ["movenet-lightning", "face-detection-short-range", "efficientnet-lite0"])
def test_a_download_shows_all_its_figures_on_one_line(name: str, tmp_path: Path) -> None:
    catalog = load_catalog()
    size = catalog.model(name).files[0].size_bytes or 5_300_123

    def slow(visit: Visit) -> None:
        visit.head(200, Content_Length=size)
        for part in range(10):
            visit.body(bytes(size * (part + 1) // 10 - size * part // 10))
            time.sleep(0.06)

    with running_site({}) as site:
        site.manners.append(slow)
        lines = shown(["models", "pull", name, "--mirror", site.address], tmp_path)
    bars = [line.rstrip() for line in lines if "━" in line]
    assert any(re.search(r"\d/[\d.]+ [kM]B [\d.]+ [kM]B/s [\d:-]+$", bar) for bar in bars)
    assert [bar for bar in bars if not re.search(r"━ +\d[\d.]*/", bar)] == []
    assert [line for line in lines if line.strip() in {"kB", "MB", "bytes"}] == []
    assert too_long(lines) == []


def test_models_that_are_imported_have_whole_lines(tmp_path: Path) -> None:
    usb = tmp_path / f"a stick with a long name {'of many words ' * 5}"
    usb.mkdir()
    shutil.copy(ROOT / "models/starter/starter-pose.tflite", usb)
    (usb / "broken.tflite").write_bytes(b"no model")
    lines = shown(["models", "import", str(usb)], tmp_path)
    assert len(lines) > 3
    assert too_long(lines) == []


@pytest.mark.parametrize("source", ["synthetic:living-room", "v4l2:/dev/no-such-camera-is-there"])
def test_a_recording_tells_how_far_it_is_on_one_line(source: str, tmp_path: Path) -> None:
    trace = tmp_path / "recordings of the living room" / "of-this-evening.jsonl"
    trace.parent.mkdir()
    words = ["record", "--output", str(trace), "--seconds", "2", "--with-frames", "--set", f"camera.source={source}"]
    lines = shown(words, tmp_path)
    live = [line for line in lines if re.match(r"[\d.]+ s, \d+ frames, [\d.]+ MB, [\d.]+ MB of pictures", line)]
    assert live
    assert max(map(len, live)) <= WIDTH
    assert any("no frames now" in line for line in live) == source.startswith("v4l2")
    assert too_long(lines) == []


def test_the_log_is_wrapped_at_a_terminal_only(tmp_path: Path) -> None:
    words = [
        "run",
        "--seconds",
        "2",
        "--set",
        "camera.source=v4l2:/dev/no-such-camera-is-there",
        "--set",
        "mqtt.port=9",
    ]
    lines = shown(words, tmp_path)
    assert any(re.match(r"  \S", line) for line in lines)
    assert too_long(lines) == []

    environment = os.environ | {"TERM": "xterm", "COLUMNS": "80", "XDG_DATA_HOME": str(tmp_path)}
    piped = subprocess.run([*EDGE, *words], capture_output=True, text=True, check=False, env=environment).stderr
    logged = [line for line in piped.splitlines() if "Created TensorFlow" not in line]
    assert [line for line in logged if not re.match(r"\d\d:\d\d:\d\d (info|warning) ", line)] == []
    assert max(map(len, logged)) > WIDTH


def test_a_log_for_machines_is_not_wrapped_even_at_a_terminal(tmp_path: Path) -> None:
    lines = shown(
        ["run", "--seconds", "1", "--set", "log.format=json", "--set", "camera.source=stills:/none"], tmp_path
    )
    entries = [json.loads(line) for line in lines if line.startswith("{")]
    assert max(len(entry["message"]) for entry in entries) > WIDTH


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--dry-run"],
        ["--unknown-option-of-a-name-that-is-rather-long", "and more of it"],
        ["--dry-run", "--deb", "there is no such package and nobody has ever heard of one by such a name.deb"],
    ],
)
def test_the_installation_speaks_in_whole_words(words: list[str], tmp_path: Path) -> None:
    lines = shown(words, tmp_path, command=[str(ROOT / "deploy/install.sh")])
    assert len(lines) > 1
    assert too_long(lines) == []
    assert "stty" not in "".join(lines)


def test_the_last_words_of_the_installation_too(tmp_path: Path) -> None:
    facts = "package=edge-vision service='is running' models_said=\"Not pulled (above: why): $names. \""
    given = f"names='movenet-lightning efficientnet-lite0 movinet-a0'; {facts}; installed_version() {{ echo 0.1.0; }}"
    parts = "; ".join(f"source {ROOT}/deploy/install/{part}.sh" for part in ("words", "service"))
    lines = shown(["-c", f'{parts}; {given}; tell 1 "$(closing_words)"'], tmp_path, command=["bash"])
    assert "Nothing had to be done. Edge 0.1.0 is installed. The service is running." in lines
    assert too_long(lines) == []
