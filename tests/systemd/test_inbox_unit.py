"""What the unit of the boot inbox runs, on which files, and when."""

from __future__ import annotations

import re
from pathlib import Path

from edge.cli.parser import build_parser
from edge.config.inbox import INBOX

UNIT = Path(__file__).parents[2] / "systemd" / "edge-inbox.service"


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
