"""Counting and checking what comes over MQTT."""

from __future__ import annotations

import sys

import pytest

from edge.demo.topic_statistics import TopicStatistics
from edge.errors import EdgeError
from edge.messages.payload import Header, event_payload
from edge.tasks.payload import state_payload
from tests.demo.samples import PREFIX, category, message, pose, take, taken
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, people_event, people_state


def test_messages_are_counted_by_topic_and_the_newest_is_kept() -> None:
    reports = taken(pose(people=2), category("action", "wave")).reports(2.0)

    assert list(reports) == ["availability", "pose", "action", "stats"]
    assert [(report.valid, report.invalid) for report in reports.values()] == [(1, 0)] * 4
    assert reports["availability"].latest == "online"
    assert len(reports["pose"].latest["people"]) == 2


@pytest.mark.parametrize(
    ("topic", "payload", "problem"),
    [
        ("pose", b"{", "not JSON"),
        ("pose", b'{"schema": "edge/pose/1"}', "$: 'device' is a required property"),
        ("pose", b"\xff", "not JSON"),
        ("availability", b"here", "$: 'here' is not one of"),
        ("secrets", b"1", "no schema is known"),
    ],
)
def test_what_is_not_as_its_schema_says_is_counted_apart(topic: str, payload: bytes, problem: str) -> None:
    statistics = TopicStatistics(PREFIX)
    statistics.take(f"{PREFIX}{topic}", payload, 0.0)
    statistics.take(f"{PREFIX}{topic}", b"second", 1.0)

    report = statistics.reports(1.0)[topic]
    assert (report.valid, report.invalid, report.latest) == (0, 2, None)
    assert report.problem.startswith(problem)


def test_gaps_in_seq_are_lost_messages() -> None:
    statistics = TopicStatistics(PREFIX)
    for seq in (1, 2, 5, 6, 8):
        take(statistics, "pose", message(pose(), seq))

    assert statistics.reports(0.0)["pose"].lost == 3


def test_rates_are_of_the_last_seconds_and_of_the_whole_time() -> None:
    statistics = TopicStatistics(PREFIX)
    for number in range(41):
        take(statistics, "pose", message(pose(), number + 1), number / 10)  # 10 a second for 4 s

    busy, idle = statistics.reports(4.0)["pose"], statistics.reports(9.0)["pose"]
    assert busy.rate_hz == pytest.approx(10, abs=0.4)
    assert busy.mean_rate_hz == pytest.approx(10)
    assert idle.rate_hz == 0
    assert idle.mean_rate_hz == pytest.approx(10)


def test_latencies_are_those_of_the_messages() -> None:
    statistics = TopicStatistics(PREFIX)
    for number, latency_ms in enumerate((10.0, 20.0, 90.0)):
        take(statistics, "pose", message(pose(), number + 1) | {"latency_ms": latency_ms})

    found = statistics.reports(0.0)["pose"].latency_ms
    assert found is not None
    assert found.p50 == 20
    assert taken().reports(0.0)["stats"].latency_ms is None


def test_a_state_that_no_frame_made_has_no_latency() -> None:
    statistics = TopicStatistics(PREFIX)
    header = Header("demo", RUN_ID, 1, EIGHT_O_CLOCK)
    take(statistics, "state/pose", state_payload(people_state(None), header))
    take(statistics, "event", event_payload(people_event("end", 0, "unseen"), header))

    reports = statistics.reports(0.0)
    assert [(reports[name].valid, reports[name].latency_ms) for name in ("state/pose", "event")] == [
        (1, None),
        (1, None),
    ]


def test_without_the_schema_checker_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    with pytest.raises(EdgeError, match=r"jsonschema, which is not installed; run: pip install 'edge-vision\[demo\]'"):
        TopicStatistics(PREFIX)
