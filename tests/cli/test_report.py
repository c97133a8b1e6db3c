"""``edge report`` as its user runs it, on the machine the tests run on."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

import edge.cli.report
from edge.cli.main import main
from edge.report.report import SECTIONS, report_text
from tests.cli.test_doctor import without

if TYPE_CHECKING:
    from pathlib import Path

LIMIT_S = 30.0
"""Half a minute, as the help, the docs and the command itself promise."""
QUICK = ("settings", "logs", "rollback", "space")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder; sections that take seconds are left out."""
    monkeypatch.chdir(tmp_path)
    chosen = [section for section in SECTIONS if section.module in QUICK]
    monkeypatch.setattr(edge.cli.report, "report_text", partial(report_text, sections=chosen))
    return tmp_path


def test_it_says_where_the_file_is(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--set", "device.id=kitchen", "--set", "camera.source=rtsp://u:hunter2@hall/1"]) == 0
    said = capsys.readouterr()
    (file,) = here.iterdir()
    assert said.out == f"{file.name}\n"
    assert "send it to whoever helps" in said.err
    assert file.name.startswith("edge-report-kitchen-20")
    text = file.read_text(encoding="utf-8")
    assert "Report on kitchen, " in text
    assert 'source = "rtsp://u:***@hall/1"' in text
    assert "hunter2" not in text
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_stays(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.txt").write_text("mine")
    assert main(["report", "mine.txt"]) == 1
    assert "mine.txt: is there already" in capsys.readouterr().err
    assert (here / "mine.txt").read_text() == "mine"


def test_printed_it_leaves_no_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--stdout", "--lines", "3"]) == 0
    assert capsys.readouterr().out.startswith("Report on ")
    assert list(here.iterdir()) == []
    assert main(["report", "--stdout", "a.txt"]) == 2


def test_wrong_settings_are_part_of_it(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "edge.toml").write_text('[mqtt]\npassword = "hunter2"\npassword_file = 1234567\n')
    assert main(["report", "--stdout", "--config", "edge.toml"]) == 0
    text = capsys.readouterr().out
    assert "edge.toml:2: mqtt.password: unknown key" in text
    assert 'edge.toml:3: mqtt.password_file = "***": must be the path of a file' in text
    assert "hunter2" not in text
    assert "1234567" not in text


@pytest.mark.long
def test_it_ends_in_time_where_broker_and_camera_take_connections_and_say_nothing(here: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        keys = (f"mqtt.port={port}", "mqtt.host=127.0.0.1", f"camera.source=rtsp://127.0.0.1:{port}/stream")
        command = [sys.executable, "-m", "edge.cli.entry", "report", *(word for key in keys for word in ("--set", key))]
        began_s = time.monotonic()
        subprocess.run([*command, "whole.txt"], check=True, capture_output=True, cwd=here)
        assert time.monotonic() - began_s < LIMIT_S
    text = (here / "whole.txt").read_text()
    assert "took the connection but has not answered" in text
    assert "answers with something that is no video, or with nothing" in text
    assert [section.title for section in SECTIONS if f". {section.title}\n=" not in text] == []


@pytest.mark.long
def test_it_works_where_a_package_cannot_be_loaded(here: Path) -> None:
    done = without("numpy", here, "report", "--stdout")
    assert done.returncode == 0, done.stderr
    assert "[mqtt]" in done.stdout
    assert "numpy cannot be imported" in done.stdout
