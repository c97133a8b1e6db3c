"""Identifiers that sort by time."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from edge.daemon.event_detector import new_ulid

if TYPE_CHECKING:
    import pytest


def test_the_first_ten_characters_are_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of the specification (github.com/ulid/spec, "encoding time")."""
    monkeypatch.setattr(time, "time_ns", lambda: 1_469_918_176_385 * 1_000_000)
    assert new_ulid()[:10] == "01ARYZ6S41"


def test_each_is_another_and_all_look_alike() -> None:
    many = {new_ulid() for _ in range(1000)}
    assert len(many) == 1000
    assert all(re.fullmatch("[0-9A-HJKMNP-TV-Z]{26}", one) for one in many)


def test_later_ones_sort_later(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = []
    for ms in (1, 2, 31, 32, 1_800_000_000_000):
        monkeypatch.setattr(time, "time_ns", lambda ms=ms: ms * 1_000_000)
        ids.append(new_ulid())
    assert ids == sorted(ids)
