"""The manual page and the completion that are kept beside the package."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from deploy.package.manual import COMPLETION, MANUAL, completion, manual
from edge.cli.parser import build_parser

RENEW = "the command line has changed; run: .venv/bin/python -m deploy.package.manual"
COMMANDS = re.findall(r"^    ([\w-]+)(?:  |$)", build_parser().format_help(), re.MULTILINE)


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="argparse of 3.11, which wrote them, words usages its way")
def test_they_are_what_the_parser_says() -> None:
    assert MANUAL.read_text() == manual(), RENEW
    assert COMPLETION.read_text() == completion(), RENEW


def test_the_manual_lists_all_commands_and_files() -> None:
    text = MANUAL.read_text()
    assert len(COMMANDS) > 10
    for command in COMMANDS:
        assert re.search(rf"^\.SH\s+COMMAND .*'edge {command}'", text.replace(r"\-", "-"), re.MULTILINE)
    for path in ("/etc/edge/edge.toml", "/var/lib/edge", "/etc/credstore/edge.mqtt\\-password"):
        assert f"\n.I {path}\n" in text


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["edge", ""], set(COMMANDS)),
        (["edge", "do"], {"doctor"}),
        (["edge", "config", "ex"], {"explain"}),
        (["edge", "run", "--s"], {"--set", "--seconds"}),
        (["edge", "infer", "cl"], {"classification"}),
    ],
)
def test_tab_completes(typed: list[str], offered: set[str]) -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    words = " ".join(f'"{word}"' for word in typed)
    script = (
        f'source {COMPLETION}; COMP_WORDS=({words}); COMP_CWORD={len(typed) - 1}; _shtab_edge; echo "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == offered
