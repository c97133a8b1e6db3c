"""docs/troubleshooting.md speaks of the checks that there are, and shows what the doctor really prints."""

from __future__ import annotations

import re
import shlex

from edge.cli.parser import build_parser
from edge.doctor.examine import CHECKS
from tests.support import ROOT

TEXT = (ROOT / "docs/troubleshooting.md").read_text()
GROUPS = "|".join(dict.fromkeys(check.name.partition(".")[0] for check in CHECKS))
NAMES = {check.name for check in CHECKS} | {"runtime.delegate"}  # found by the check runtime.tflite


def test_every_check_is_written_of_and_no_other() -> None:
    assert set(re.findall(rf"`((?:{GROUPS})\.[a-z0-9_]+)`", TEXT)) == NAMES


def test_every_name_in_the_example_is_a_check() -> None:
    example = re.search(r"^```text\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    assert example
    said = [line for line in example[1].splitlines() if line and not line.startswith(" ")]
    assert sum(line[0].isdecimal() for line in said) == 1, "how many there are of each"
    lines = [line.split()[:2] for line in said if not line[0].isdecimal()]
    assert {verdict for verdict, _ in lines} <= {"ok", "warning", "failed", "skipped"}
    assert {name for _, name in lines} <= NAMES


def test_every_command_parses() -> None:
    parser = build_parser()
    commands = {" ".join(text.split()) for text in re.findall(r"`((?:sudo )?edge [a-z][^`]*)`", TEXT)}
    for command in commands:
        words = shlex.split(command.removeprefix("sudo "))[1:]
        if words[0] == "models":
            words.append("--all")  # the text leaves the names to the reader
        parser.parse_args(words)
    assert len(commands) > 4


def test_every_link_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^## (.*)$", TEXT, re.MULTILINE)
    }
    links = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert {link[1:] for link in links if link[0] == "#"} <= headings
    assert all((ROOT / "docs" / link).exists() for link in links if link[0] != "#")
