"""Every command is there by name, and only the one that is asked for is loaded, with what it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from edge.cli.parser import COMMANDS, asked_for, build_parser, load_command
from edge.errors import EdgeError
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"cv2", "av", "ai_edge_litert", "paho", "numpy", "rich"}
"""What takes a second or more to load on a Pi."""
RUN = f"""
import sys
from edge.cli.entry import main
try:
    main()
except SystemExit:
    pass
print(*sorted({HEAVY} & set(sys.modules)), file=sys.stderr)
"""
BROKEN = "raise ImportError('numpy.core.multiarray failed to import')"


def edge(*words: str, packages: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, which ends by naming the heavy packages it has loaded."""
    environment = {**os.environ, "PYTHONPATH": str(packages or ROOT)}
    return subprocess.run(
        [sys.executable, "-c", RUN, *words], capture_output=True, check=True, text=True, env=environment
    )


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("--version", set()),
        ("--help", set()),
        ("dance", set()),
        ("schema pose", set()),
        ("config get pose.fit", set()),
        ("config explain mqtt", set()),
        ("config set --help", set()),
        ("help", {"rich"}),
        ("help tune", {"rich"}),
        ("help config set", {"rich"}),
        ("models list", {"rich"}),
        ("doctor --help", {"rich"}),
        ("watch --help", {"rich", "paho"}),
        ("replay --help", {"numpy"}),
        ("record --help", {"numpy", "cv2", "av"}),
        ("infer --help", {"numpy", "cv2", "av", "rich"}),
        ("bench --help", {"numpy", "cv2", "rich"}),
    ],
)
def test_a_command_loads_nothing_heavy_but_what_it_needs(line: str, needed: set[str]) -> None:
    loaded = set(edge(*line.split()).stderr.splitlines()[-1].split())

    assert loaded - needed == set()


def test_only_the_command_that_is_asked_for_is_loaded() -> None:
    code = "import sys; from edge.cli.main import main; main(['schema', 'pose']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)

    assert {name for name in COMMANDS if f"edge.cli.{name}" in done.stderr.split()} == {"schema"}


def test_each_module_that_is_a_command_is_one() -> None:
    modules = (ROOT / "edge" / "cli").glob("*.py")
    found = {path.stem.replace("_", "-") for path in modules if "\ndef add_parser(" in path.read_text()}
    assert found == set(COMMANDS)


def test_the_help_is_the_same_whatever_is_loaded() -> None:
    assert build_parser(()).format_help() == build_parser().format_help()


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("config get pose.fit", "config"),
        ("--version", ""),
        ("", ""),
        ("--vers schema", "schema"),
        ("-- schema pose", "schema"),
        ("dance", "dance"),
    ],
)
def test_the_command_is_the_first_word_that_is_no_option(line: str, command: str) -> None:
    assert asked_for(line.split()) == command


def test_a_broken_package_stops_only_the_commands_that_need_it(tmp_path: Path) -> None:
    (tmp_path / "cv2.py").write_text(BROKEN)

    assert edge("config", "get", "pose.fit", packages=tmp_path).stdout == "letterbox\n"
    told = edge("help", "run", packages=tmp_path).stderr.splitlines()[0]
    assert told == (
        "edge: cannot start (numpy.core.multiarray failed to import); edge doctor says which package is broken"
    )


def test_a_command_that_cannot_be_loaded_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "edge.cli.schema", None)

    with pytest.raises(EdgeError, match=r"^cannot start \(import of edge.cli.schema halted"):
        load_command("schema")
