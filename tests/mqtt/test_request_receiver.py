from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from edge.messages.request import ReplyTo, Request, Response
from edge.mqtt.message import Received
from edge.mqtt.request_receiver import BURST, RATE_HZ, RequestReceiver

PREFIX = "edge/pi/request/"


@dataclass
class Office:
    """A receiver, a clock that is set by hand, and what came through."""

    now_s: float = 0.0
    requests: list[Request] = field(default_factory=list)
    responses: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.receiver = RequestReceiver(PREFIX, self.requests.append, self.responses.append, lambda: self.now_s)

    def take(
        self, command: str = "state", payload: bytes = b"{}", *, retained: bool = False, reply_to: ReplyTo | None = None
    ) -> None:
        self.receiver.take(Received(PREFIX + command, payload, retained, reply_to or ReplyTo()))


def test_a_request_is_handed_on_with_its_command() -> None:
    office = Office()
    office.take("config/set", b'{"transaction": "a1", "arguments": {"key": "pose.fit"}}')
    assert office.requests == [Request("config/set", {"key": "pose.fit"}, "a1")]
    assert office.responses == []


def test_what_is_no_request_is_answered_with_the_reason() -> None:
    office = Office()
    office.take("config/set", b"hello")
    (response,) = office.responses
    assert (response.command, response.error and response.error.code) == ("config/set", "not_json")
    assert office.requests == []


@pytest.mark.parametrize(
    ("topic", "payload", "retained", "why"),
    [
        ("restart", b"{}", True, "it is retained"),
        ("restart", b"", True, "it is retained"),
        ("restart", b"", False, "it is empty"),
        ("config/get", b"", False, "it is empty"),
        ("", b"{}", False, "it names no command"),
        ("x" * 65, b"{}", False, "has more than 64 characters"),
    ],
)
def test_some_messages_are_ignored_by_rule(
    topic: str, payload: bytes, retained: bool, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    office = Office()
    office.take(topic, payload, retained=retained)
    assert (office.requests, office.responses, office.receiver.ignored) == ([], [], 1)
    (record,) = caplog.records
    assert f"is ignored: {why}" in record.getMessage() or why in record.getMessage()
    assert "a second" not in record.getMessage()


def test_the_topic_above_all_commands_is_no_request(caplog: pytest.LogCaptureFixture) -> None:
    office = Office()
    office.receiver.take(Received("edge/pi/request", b"{}", retained=False))
    assert (office.requests, office.responses, office.receiver.ignored) == ([], [], 1)
    assert "it names no command" in caplog.text


def test_what_is_ignored_by_rule_takes_nothing_of_the_rate() -> None:
    office = Office()
    for _ in range(100):
        office.take("restart", b"")
    office.take("state")
    assert [request.command for request in office.requests] == ["state"]


def test_what_is_refused_is_logged_in_one_line_each_and_not_for_ever(caplog: pytest.LogCaptureFixture) -> None:
    office = Office()
    for number in range(100):
        office.now_s += 1
        office.take("st\nate", b'{"a\\nb%d": 1}' % number)
    assert len(office.responses) == 100
    lines = [record.getMessage() for record in caplog.records]
    assert 1 < len(lines) <= BURST
    assert lines[0].startswith(r"request 'st\nate' refused: ")
    assert not [line for line in lines if "\n" in line]


def test_a_flood_is_cut_to_the_rate(caplog: pytest.LogCaptureFixture) -> None:
    office = Office()
    for number in range(1000):
        office.now_s = number / 100
        office.take()
    assert len(office.requests) == pytest.approx(BURST + 10 * RATE_HZ, abs=1)
    assert office.receiver.ignored == 1000 - len(office.requests)
    assert caplog.text.count("is ignored: there are more than 5 a second") == 1


def test_the_answer_goes_where_the_sender_wants_it() -> None:
    office = Office()
    office.take(reply_to=ReplyTo("edge/pi/response/desk/7", b"\x01"))
    assert office.requests[0].reply_to == ReplyTo("edge/pi/response/desk/7", b"\x01")


@pytest.mark.parametrize(
    "topic",
    [
        "edge/#",
        "a/+/b",
        "$SYS/x",
        "edge/other/request/restart",
        "edge/other/response/state",
        "edge/other/state/pose",
        "edge/pi/response",
        "edge/pi2/response/x",
        "edge/pi/responses/x",
        "edge/pi/response/+",
        "edge/response/x",
        "desk/7",
        "/edge/pi/response/x",
        "EDGE/pi/response/x",
        "x" * 257,
        "",
        "edge/pi/event",
        "edge/pi/availability",
        "homeassistant/device/x/config",
        "homeassistant/device/pi/config",
        "homeassistant/status",
        "zigbee2mqtt/lamp/set",
    ],
)
def test_nobody_is_sent_orders_by_way_of_an_answer(topic: str) -> None:
    office = Office()
    office.take(reply_to=ReplyTo(topic, b"x" * 257))
    assert office.requests[0].reply_to == ReplyTo()
