"""Replay is the same to the byte: in another process, with other hashes, in another Python with another numpy."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.trace.lengthen import KINDS, bare_environment, lengthen, record_short, replayed_by

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

FRAMES = int(os.environ.get("EDGE_REPLAY_FRAMES", "200"))
OTHER_PYTHON = os.environ.get("EDGE_OTHER_PYTHON", "")
OTHERS = ("python3.11", "python3.12", "python3.13", "python3.14")
NEEDED = "import numpy, sys, tomlkit; print(*sys.version_info[:2])"


@pytest.fixture(scope="module")
def others() -> list[str]:
    """Asked for before what is dear: most machines have none."""
    found = other_pythons()
    if not found:
        pytest.skip(
            "no other Python with numpy and tomlkit is here; name one in EDGE_OTHER_PYTHON, "
            "as made by: python3.13 -m venv V && V/bin/pip install numpy tomlkit"
        )
    return found


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return record_short(tmp_path_factory.mktemp("identity") / "short.jsonl")


@pytest.fixture(scope="module", params=KINDS)
def trace(request: pytest.FixtureRequest, short: Path) -> Path:
    return lengthen(short, short.with_name(f"{request.param}.jsonl"), FRAMES, crowd=request.param == "crowd")


@pytest.fixture(scope="module")
def printed(trace: Path) -> bytes:
    return replayed_by(sys.executable, trace, PYTHONHASHSEED="1")


def test_two_runs_print_the_same(trace: Path, printed: bytes) -> None:
    again = replayed_by(sys.executable, trace, PYTHONHASHSEED="2", TZ="Asia/Tokyo")

    assert printed.count(b'"schema": "edge/pose/1"') == FRAMES
    assert printed.count(b'"schema": "edge/classification/1"') == FRAMES
    assert again == printed


def test_another_python_prints_the_same(others: list[str], trace: Path, printed: bytes) -> None:
    """Crops too, which no message holds: a note counts those that are not those of the recording, to the last bit."""
    assert (b"note: pose would now have looked at another part of the frame" in printed) == (trace.stem == "one")
    for python in others:
        assert replayed_by(python, trace) == printed, python


def other_pythons() -> list[str]:
    """Interpreters of another version that have what a replay needs, at most one of each version."""
    found: dict[str, str] = {"{} {}".format(*sys.version_info[:2]): sys.executable}
    for python in filter(None, [*OTHER_PYTHON.split(os.pathsep), *map(shutil.which, OTHERS)]):
        asked = subprocess.run(
            [python, "-c", NEEDED], env=bare_environment(), capture_output=True, text=True, check=False
        )
        if asked.returncode == 0:
            found.setdefault(asked.stdout.strip(), python)
        elif python in OTHER_PYTHON.split(os.pathsep):
            pytest.fail(f"EDGE_OTHER_PYTHON: {python} cannot replay: {asked.stderr}")
    return list(found.values())[1:]
