"""Whoever wrote it: no text from outside controls the terminal of whoever reads it, nor forges a line of a log."""

from __future__ import annotations

import io
import json
import logging
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from edge.base.text import printable_lines
from edge.cli.main import main
from edge.daemon.journal import JournalHandler
from edge.daemon.log import JsonFormatter, MarkedFormatter, PlainFormatter, TextFormatter
from edge.doctor.finding import warning
from edge.doctor.report import as_json, as_text
from edge.runtime.interpreter import TfliteModel
from edge.tasks.classification.classifier import Classifier
from edge.watch.devices import Devices
from edge.watch.screen import render
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "\x1b[2J\x1b]0;owned\x07[red]\x9b31m\x7f\u202egnp\u2066\u2028\r"
SHOWN = r"\x1b[2J\x1b]0;owned\x07[red]\x9b31m\x7f\u202egnp\u2066\u2028\x0d"


def is_harmless(text: str) -> bool:
    return printable_lines(text) == text


@pytest.mark.parametrize(
    "words",
    [
        ("infer", "pose", HOSTILE),
        ("run", "--config", HOSTILE),
        ("run", "--set", f"{HOSTILE}=1"),
        ("run", "--set", f"pose.fit={HOSTILE}"),
        ("config", "get", HOSTILE),
        ("config", "set", HOSTILE, "1"),
        ("config", "explain", HOSTILE),
        ("models", "info", HOSTILE),
        ("models", "pull", HOSTILE),
        ("models", "import", HOSTILE),
        ("replay", HOSTILE),
        ("help", HOSTILE),
        ("watch", "--json", "--host", HOSTILE),
        ("schema", HOSTILE),
        (HOSTILE,),
    ],
    ids=lambda words: words[0] if words[0] != HOSTILE else "command",
)
def test_arguments_and_names_of_files(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        status: object = main(words)
    except SystemExit as ended:
        status = ended.code
    done = capsys.readouterr()
    assert status != 0
    assert is_harmless(done.out + done.err), done


def test_labels_and_names_of_pictures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    starter = ROOT / "models" / "starter" / "starter-classification.tflite"
    labels = tmp_path / "labels.txt"
    labels.write_text(
        "\n".join(f"{HOSTILE.replace(chr(0x2028), '').rstrip()}{number}" for number in range(label_count()))
    )
    picture = tmp_path / f"{HOSTILE}.png"
    shutil.copy(next((ROOT / "docs").rglob("*.png")), picture)
    options = (
        f"--set=classification.labels={labels}",
        "--model",
        str(starter),
        "--set=classification.score_threshold=0",
    )
    for extra in ((), ("--json",)):
        assert main(["infer", "classification", str(picture), *options, *extra]) == 0
        done = capsys.readouterr()
        assert "owned" in done.out
        assert is_harmless(done.out + done.err), done


def label_count() -> int:
    task = Classifier(ROOT / "models" / "starter" / "starter-classification.tflite", TfliteModel)
    return len(task.traits.category_names)


def record(message: str, *arguments: object, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("edge.mqtt", logging.WARNING, "", 1, message, arguments, None)
    made.__dict__.update(fields)
    return made


FORMATTERS = (PlainFormatter(), TextFormatter(io.StringIO()), MarkedFormatter(), JsonFormatter())


@pytest.mark.parametrize("formatter", FORMATTERS)
def test_lines_of_the_log(formatter: logging.Formatter) -> None:
    line = formatter.format(record("the broker says: %s", HOSTILE, topic=HOSTILE))
    assert is_harmless(line)
    assert "owned" in line


def test_a_line_of_the_log_cannot_be_forged() -> None:
    forged = record("refused: %s", "no\n08:00:00 error daemon: the disk is full")
    first, second = TextFormatter(io.StringIO()).format(forged).splitlines()
    assert "refused: no" in first
    assert second.startswith("  08:00:00 error")


def test_fields_of_the_journal() -> None:
    sent: dict[str, Any] = {}
    handler = JournalHandler(lambda message, **fields: sent.update(fields, MESSAGE=message))
    handler.setFormatter(PlainFormatter())
    handler.handle(record("said: %s", HOSTILE, topic=HOSTILE))
    assert sent["EDGE_TOPIC"] == SHOWN
    assert is_harmless(sent["MESSAGE"])


def test_what_the_doctor_quotes() -> None:
    findings = [warning("service.errors", f"the log says {HOSTILE}", f"run {HOSTILE}")]
    assert is_harmless(as_text(findings))
    assert is_harmless(as_json(findings))
    assert json.loads(as_json(findings))[0]["why"].endswith(HOSTILE)


@pytest.mark.parametrize("count", [1, 9])
def test_what_devices_say_on_the_screen_of_watch(count: int) -> None:
    devices = Devices("edge")
    said = json.dumps(
        {
            "version": HOSTILE, "config_error": HOSTILE, "model": HOSTILE,
            "camera": {"source": HOSTILE, "state": HOSTILE, "error": HOSTILE},
            "tasks": {"pose": {"model": HOSTILE}},
            "categories": [{"display_name": HOSTILE, "score": 0.5}], "settled": {"category_name": HOSTILE},
        }
    ).encode()  # fmt: skip
    for number in range(count):
        for topic in ("availability", "stats", "classification", "state/classification"):
            devices.take(f"edge/{HOSTILE}{number}/{topic}", HOSTILE.encode() if topic == "availability" else said, 0.0)
    console = Console(width=2000, record=True, force_terminal=False)
    with console.capture() as capture:
        console.print(render(devices.reports(1.0), HOSTILE))
    screen = capture.get()
    assert is_harmless(screen)
    assert "[red]" in screen, "no markup"
