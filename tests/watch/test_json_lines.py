from __future__ import annotations

import json

import pytest

from edge.messages.clock import Instant
from edge.watch.json_lines import line_of

RECEIVED = Instant(wall_ns=1_777_622_400_041_000_000, monotonic_ns=0)


@pytest.mark.parametrize(
    ("payload", "content"),
    [
        (b'{"seq": 3}', {"seq": 3}),
        (b"online", "online"),
        (b"\xff", "\ufffd"),
        (b"", ""),
        (b"[" * 50_000, "[" * 50_000),
        (b'"\\ud800"', "\ud800"),
        (b"[1e400, NaN]", "[1e400, NaN]"),
    ],
)
def test_a_line_is_json_whatever_the_payload(payload: bytes, content: object) -> None:
    line = line_of("edge/pi/pose", payload, RECEIVED)
    assert "\n" not in line
    assert line.isascii()
    assert json.loads(line) == {
        "topic": "edge/pi/pose",
        "received_at": "2026-05-01T08:00:00.041Z",
        "payload": content,
    }


@pytest.mark.parametrize("depth", range(940, 1000))
def test_no_depth_is_too_deep_to_be_shown(depth: int) -> None:
    nested = "[" * depth + "]" * depth
    assert nested in line_of("edge/pi/pose", nested.encode(), RECEIVED)
