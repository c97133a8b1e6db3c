"""A process with persisted events, killed at random instants again and again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("EDGE_OUTBOX_KILLS", "5"))


def run_and_kill(path: Path, first: int) -> dict[str, list[int]]:
    """Let it work for up to half a second, kill it, and return what it said, by kind."""
    command = [sys.executable, "-m", "tests.mqtt.keep_events", str(path), str(first)]
    said: dict[str, list[int]] = {"kept": [], "saved": [], "settled": [], "ready": []}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        assert process.stderr
        killer = threading.Timer(random.uniform(0.0, 0.5), process.kill)  # noqa: S311
        for line in process.stdout:
            what, _, number = line.removesuffix("\n").partition(" ")
            said[what].append(int(number or 0))
            if what == "ready":
                killer.start()
        killer.cancel()
        errors = process.stderr.read()
    assert said["ready"], errors
    assert not errors
    return said


@pytest.mark.timeout(3600)
def test_events_on_the_disk_survive_kills(tmp_path: Path) -> None:
    saved: set[int] = set()
    settled: set[int] = set()
    put = 0
    for _ in range(KILLS + 1):
        said = run_and_kill(tmp_path / "outbox", put + 1)
        kept = said["kept"]
        assert saved - settled <= set(kept), "none that was on the disk is lost"
        assert kept == sorted(set(kept)), "in order, each once"
        saved |= set(range(put + 1, max(said["saved"], default=0) + 1))
        settled |= set(said["settled"])
        put = max([put, *kept, *said["saved"], *said["settled"]]) + 100  # more than it can have put since
    assert len(saved) > 10 * KILLS
    assert settled
