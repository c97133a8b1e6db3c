"""A trace of long ago says what it said then, to the byte."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tests.support import ROOT
from tests.trace.lengthen import replayed_by

if TYPE_CHECKING:
    from pathlib import Path

OLD: Path = ROOT / "tests" / "trace" / "recorded" / "tour.jsonl"
"""Ten seconds of the built-in scene, all tasks, by Edge as of 21 November 2026; beside it what that one made of it."""


def test_what_was_recorded_of_old_is_replayed_as_then() -> None:
    """Who changes what the tracker says, and means to, lets that replay it anew."""
    assert replayed_by(sys.executable, OLD) == OLD.with_suffix(".out").read_bytes()
