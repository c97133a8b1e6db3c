"""The unit of the boot inbox, as far as it can be judged without booting."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from edge.cli.main import build_parser
from edge.config.inbox import INBOX

UNIT = Path(__file__).parents[2] / "systemd" / "edge-inbox.service"
MOST_EXPOSED = 1.3


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with a program in it that is there on every machine."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"(?m)^ExecStart=.*", "ExecStart=/bin/true", UNIT.read_text()))
    return unit


def test_systemd_has_nothing_to_say_about_the_unit(unit: Path) -> None:
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_can_do_little_else_than_it_has_to(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", f"--threshold={round(MOST_EXPOSED * 10)}", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Overall exposure level" in done.stdout
    assert done.returncode == 0, done.stdout


def test_it_runs_a_command_that_there_is_on_the_file_that_it_waits_for() -> None:
    text = UNIT.read_text()
    command = re.findall(r"(?m)^ExecStart=/usr/bin/edge (.*)$", text)[0]
    arguments = build_parser().parse_args(command.split())
    assert arguments.file == INBOX
    conditions = re.findall(r"(?m)^ConditionPathExists=\|(.*)$", text)
    assert conditions == [f"{INBOX}{ending}" for ending in ("", ".txt", ".errors.txt")]


def test_it_comes_before_the_service_and_never_holds_it_up_for_long() -> None:
    text = UNIT.read_text()
    assert "\nBefore=edge.service\n" in text
    assert int(re.findall(r"(?m)^TimeoutStartSec=(\d+)$", text)[0]) <= 120
