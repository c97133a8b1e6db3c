"""Messages as they go over the wire, built without a broker."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from edge.messages.request import ReplyTo, RequestError, Response
from edge.mqtt.message_builder import MessageBuilder, response_name
from edge.mqtt.topic_counters import TopicCounters
from tests.mqtt.samples import EIGHT_O_CLOCK, RUN_ID, check, people_event, people_state, pose_result, stats


@pytest.fixture
def builder() -> MessageBuilder:
    return MessageBuilder("pi", RUN_ID, "edge/pi/", TopicCounters(15), lambda: EIGHT_O_CLOCK)


def read(payload: bytes) -> Any:
    return json.loads(payload)


def test_each_topic_counts_its_own(builder: MessageBuilder) -> None:
    payloads = [builder.stats(stats()), builder.event(people_event()), builder.stats(stats())]
    assert [read(payload)["seq"] for payload in payloads] == [1, 1, 2]


def test_a_result_has_the_number_it_was_given(builder: MessageBuilder) -> None:
    assert read(builder.result(pose_result(), 812))["seq"] == 812
    assert read(builder.state(people_state(1)))["seq"] == 1


def test_what_is_built_is_as_its_schema_says(builder: MessageBuilder) -> None:
    check("pose", read(builder.result(pose_result(), 1)))
    check("state/pose", read(builder.state(people_state(1))))
    check("event", read(builder.event(people_event())))
    check("stats", read(builder.stats(stats())))
    check("response", read(builder.reply(Response("state", "a", {})).message.payload))


def test_an_answer_goes_where_it_is_wanted(builder: MessageBuilder) -> None:
    usual = builder.reply(Response("config/get", "a", {}))
    wanted = builder.reply(Response("config/get", "a", {}, reply_to=ReplyTo("edge/pi/response/me", b"7")))
    assert (usual.message.topic, usual.message.correlation) == ("edge/pi/response/config/get", None)
    assert (wanted.message.topic, wanted.message.correlation) == ("edge/pi/response/me", b"7")


def test_an_answer_that_is_not_taken_has_a_shorter_one_in_its_place(builder: MessageBuilder) -> None:
    reply = builder.reply(Response("snapshot", "a", {"data": "A" * 5000}))
    assert reply.instead
    instead = read(reply.instead().payload)
    assert (instead["transaction"], instead["error"]["code"], instead["seq"]) == ("a", "too_large", 2)
    assert builder.reply(Response("snapshot", "a", error=RequestError("failed", "no"))).instead is None


def test_a_snapshot_is_a_plain_picture_too(builder: MessageBuilder) -> None:
    picture = builder.picture(Response("snapshot", "a", {"data": base64.b64encode(b"\xff\xd8").decode()}))
    assert picture
    assert (picture.topic, picture.payload, picture.retain) == ("edge/pi/snapshot", b"\xff\xd8", False)
    assert builder.picture(Response("state", "a", {})) is None
    assert builder.picture(Response("snapshot", "a", error=RequestError("failed", "no"))) is None


@pytest.mark.parametrize(
    ("command", "name"), [("restart", "response/restart"), ("made/up", "response"), ("", "response")]
)
def test_answers_to_what_does_not_exist_are_counted_as_one(command: str, name: str) -> None:
    assert response_name(Response(command, "a", {})) == name
