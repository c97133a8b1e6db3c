"""What reaches systemd's journal, and how it is recognised."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from edge.daemon.journal import JournalHandler, is_journal, journal_sender, marked, priority
from edge.daemon.log import PlainFormatter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LOG = """
import logging, sys
from edge.settings import LogSettings
from edge.daemon.log import set_up_logging
set_up_logging(LogSettings(format=sys.argv[1], level="debug"))
log = logging.getLogger("edge.camera.video")
log.warning("frame %d is broken", 7, extra={"task": "pose", "path": "a b"})
try:
    int("broken")
except ValueError:
    log.exception("unexpected")
"""

_SYSTEMD_PYTHON = """
import json, os
def send(MESSAGE, **fields):
    with open(os.environ["SENT_TO"], "a") as file:
        file.write(json.dumps({"MESSAGE": MESSAGE, **fields}) + "\\n")
"""


def logged(program: str, *arguments: str, journal: bool, environment: Mapping[str, str] | None = None) -> str:
    """What a process writes to stderr, which is the stream that the journal reads, or has replaced it."""
    reading, writing = os.pipe()
    state = os.fstat(writing if journal else 0)
    stream = {"JOURNAL_STREAM": f"{state.st_dev}:{state.st_ino}"}
    command = [sys.executable, "-c", program, *arguments]
    subprocess.run(command, stderr=writing, env={**os.environ, **stream, **(environment or {})}, check=False)
    os.close(writing)
    with os.fdopen(reading) as file:
        return file.read()


@pytest.fixture
def no_systemd_python(tmp_path: Path) -> dict[str, str]:
    """An environment in which python3-systemd is not installed, whatever this machine has."""
    (tmp_path / "systemd").mkdir()
    (tmp_path / "systemd" / "__init__.py").touch()
    return {"PYTHONPATH": str(tmp_path)}


def test_without_systemd_python_each_line_carries_its_level_and_no_time(no_systemd_python: Mapping[str, str]) -> None:
    lines = logged(_LOG, "text", journal=True, environment=no_systemd_python).splitlines()
    assert lines[:3] == [
        "<4>camera.video: frame 7 is broken  task=pose  path=a b",
        "<3>camera.video: unexpected",
        "<3>  Traceback (most recent call last):",
    ]
    assert all(line.startswith("<3>") for line in lines[3:])


def test_where_stderr_goes_elsewhere_the_variable_means_nothing(no_systemd_python: Mapping[str, str]) -> None:
    lines = logged(_LOG, "text", journal=False, environment=no_systemd_python).splitlines()
    assert lines[0][8:] == " warning camera.video: frame 7 is broken  task=pose  path=a b"


def test_json_stays_json_for_whoever_reads_the_stream(no_systemd_python: Mapping[str, str]) -> None:
    lines = logged(_LOG, "json", journal=True, environment=no_systemd_python).splitlines()
    assert [json.loads(line)["level"] for line in lines] == ["warning", "error"]


def test_with_systemd_python_the_journal_gets_fields(tmp_path: Path) -> None:
    (tmp_path / "systemd").mkdir()
    (tmp_path / "systemd" / "__init__.py").touch()
    (tmp_path / "systemd" / "journal.py").write_text(_SYSTEMD_PYTHON)
    sent = tmp_path / "sent"
    environment = {"PYTHONPATH": str(tmp_path), "SENT_TO": str(sent)}

    assert logged(_LOG, "text", journal=True, environment=environment) == ""

    warning, error = (json.loads(line) for line in sent.read_text().splitlines())
    assert warning == {
        "MESSAGE": "camera.video: frame 7 is broken  task=pose  path=a b",
        "PRIORITY": "4",
        "SYSLOG_IDENTIFIER": "edge",
        "LOGGER": "edge.camera.video",
        "EDGE_TASK": "pose",
        "EDGE_PATH": "a b",
        "CODE_FILE": "<string>",
        "CODE_LINE": 7,
        "CODE_FUNC": "<module>",
    }
    assert error["PRIORITY"] == "3"
    assert error["EDGE_TRACEBACK"].splitlines()[-1].startswith("ValueError: invalid literal")
    traceback = error["EDGE_TRACEBACK"].replace("\n", "\n  ")
    assert error["MESSAGE"] == f"camera.video: unexpected\n  {traceback}"
    assert logged(_LOG, "text", journal=False, environment=environment)[8:].startswith(" warning camera.video")


def test_the_end_of_a_command_is_an_error_in_the_journal() -> None:
    program = (
        "import sys; from edge.cli.main import main; sys.exit(main(['config', 'get', 'pose.fitt', '--set', 'a=1']))"
    )
    assert logged(program, journal=True) == "<3>edge: --set: a: unknown key\n"
    assert logged(program, journal=False) == "edge: --set: a: unknown key\n"


@pytest.mark.parametrize(("level", "number"), [(50, 2), (40, 3), (30, 4), (25, 6), (20, 6), (10, 7), (5, 7)])
def test_levels_are_counted_as_syslog_counts(level: int, number: int) -> None:
    assert priority(level) == number
    assert marked("a\nb", level) == f"<{number}>a\n<{number}>b"


def test_field_names_are_what_the_journal_allows() -> None:
    sent: dict[str, Any] = {}
    handler = JournalHandler(lambda message, **fields: sent.update(fields, MESSAGE=message))
    handler.setFormatter(PlainFormatter())
    record = logging.makeLogRecord({"name": "edge.mqtt", "levelno": 20, "msg": "sent", "rate-hz é": 2.5, "none": None})
    handler.handle(record)
    assert sent["EDGE_RATE_HZ__"] == "2.5"
    assert sent["EDGE_NONE"] == "None"


def test_a_journal_that_does_not_take_it_stops_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    def send(_message: str, **_fields: object) -> None:
        raise OSError(111, "Connection refused")

    JournalHandler(send).handle(logging.makeLogRecord({"name": "edge", "levelno": 20, "msg": "lost"}))
    assert "Connection refused" in capsys.readouterr().err


def test_a_stream_without_a_file_is_not_the_journal() -> None:
    assert not is_journal(None, {"JOURNAL_STREAM": "1:2"})
    assert not is_journal(io.StringIO(), {"JOURNAL_STREAM": "1:2"})


def test_a_package_of_the_same_name_is_no_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "systemd").mkdir()
    (tmp_path / "systemd" / "__init__.py").touch()
    (tmp_path / "systemd" / "journal.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("systemd", "systemd.journal"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    assert journal_sender() is None
