"""Debian 13's Python and numpy print the same bytes for a trace as those outside of this root."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.trace.lengthen import KINDS, replayed_by

FOLDER = Path("/tmp/replay")  # noqa: S108  # a file system of this root's own

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("EDGE_SYSTEM_TEST") != "root", reason="runs in the Debian root that `make test-system` builds"
    ),
    pytest.mark.timeout(1800),
]


@pytest.mark.parametrize("kind", KINDS)
def test_a_replay_prints_what_it_printed_outside(kind: str) -> None:
    if not FOLDER.exists():
        pytest.skip("nothing was replayed outside, where there is no .venv yet; run `make test` first")

    expected = (FOLDER / f"{kind}.out").read_bytes()

    assert expected.count(b'"schema": "edge/pose/1"') == 10_000
    assert replayed_by(sys.executable, FOLDER / f"{kind}.jsonl") == expected
