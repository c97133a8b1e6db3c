"""That what listens to every message would notice one that is wrong."""

from __future__ import annotations

import json

from edge.messages.payload import Header, Payload, event_payload
from edge.tasks.payload import result_payload
from tests.broker import Seen
from tests.mqtt.promises import broken
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, people_event, pose_result

HEADER = Header("pi", RUN_ID, 1, EIGHT_O_CLOCK)


def seen(payload: Payload | str | list[int]) -> Seen:
    return Seen("edge/pi/pose", json.dumps(payload).encode(), 0, retained=False)


def test_what_is_as_promised_is_not_complained_of() -> None:
    assert broken([seen(result_payload(pose_result(), HEADER)), seen(event_payload(people_event(), HEADER))]) == []


def test_what_is_not_is_named_once() -> None:
    wrong = result_payload(pose_result(), HEADER) | {"seq": 0, "new": 1}
    assert broken([seen(wrong), seen(wrong)]) == [
        "edge/pi/pose: $.seq: 0 is less than the minimum of 1",
        "edge/pi/pose: $: Additional properties are not allowed ('new' was unexpected)",
    ]
    assert broken([seen({"schema": "edge/poze/1"})]) == ["edge/pi/pose: there is no schema edge/poze/1"]


def test_what_makes_no_promise_breaks_none() -> None:
    assert broken([seen("online"), seen([1]), seen({"a": 1}), seen({"schema": "edge/request/1", "x": 1})]) == []
    assert broken([Seen("edge/pi/pose", b"\xff{", 0, retained=False)]) == []
