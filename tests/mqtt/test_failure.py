from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from edge.mqtt.broker_address import Address
from edge.mqtt.connection import HELD_S, RetryPolicy
from edge.mqtt.failure import (
    LOST,
    OLD_PROTOCOL,
    BrokerAnswer,
    LinkError,
    ended,
    refused,
    silent,
    unanswered,
    unreachable,
)

if TYPE_CHECKING:
    from edge.mqtt.broker_address import Protocol

ADDRESS = Address("broker.lan", 1883, 30, username="edge")


@pytest.mark.parametrize("reason", ["Bad user name or password", "Not authorized", "Banned"])
def test_where_only_a_person_can_help_we_come_back_slowly(reason: str) -> None:
    error = refused(ADDRESS, BrokerAnswer(reason))
    assert (error.state, error.hopeless) == ("refused", True)
    assert str(error) == (
        f"the MQTT broker at broker.lan:1883 refused the connection ({reason}) of user 'edge'; "
        "check mqtt.username and mqtt.password_file"
    )
    retry_policy = RetryPolicy.usual()
    waits_s = [retry_policy.after(error) for _ in range(10)]
    assert 15 <= waits_s[0] <= 30
    assert 150 <= waits_s[-1] <= 300


@pytest.mark.parametrize(
    "error",
    [
        refused(ADDRESS, BrokerAnswer("Server unavailable")),
        unreachable(ADDRESS, ConnectionRefusedError(111, "Connection refused")),
        unanswered(ADDRESS),
        silent(ADDRESS, 10.0),
    ],
    ids=str,
)
def test_where_the_broker_may_come_back_we_do_so_soon(error: LinkError) -> None:
    assert not error.hopeless
    retry_policy = RetryPolicy.usual()
    waits_s = [retry_policy.after(error) for _ in range(10)]
    assert 0.5 <= waits_s[0] <= 1
    assert 15 <= waits_s[-1] <= 30


def test_an_error_without_a_text_is_still_named() -> None:
    assert "(TimeoutError)" in str(unreachable(ADDRESS, TimeoutError()))


def test_the_end_of_a_connection_says_what_the_broker_said() -> None:
    assert ended(ADDRESS, BrokerAnswer(LOST)) == "the connection to the MQTT broker at broker.lan:1883 was lost"
    assert ended(ADDRESS, BrokerAnswer("Server shutting down")).endswith("has ended (Server shutting down)")
    assert ended(ADDRESS, BrokerAnswer("Administrative action", "too many cats")).endswith(
        "(Administrative action: too many cats); somebody has ended it at the broker"
    )


def test_a_link_that_held_makes_the_wait_after_a_refusal_short_again() -> None:
    retry_policy, no = RetryPolicy.usual(), refused(ADDRESS, BrokerAnswer("Not authorized"))
    for _ in range(10):
        retry_policy.after(no)
    retry_policy.after_session(HELD_S - 1, hopeless=False)
    assert retry_policy.after(no) >= 150  # it let us in, and then would not have us
    retry_policy.after_session(HELD_S, hopeless=False)
    assert retry_policy.after(no) <= 30


def test_a_link_that_another_appliance_takes_is_come_back_to_slowly() -> None:
    retry_policy = RetryPolicy.usual()
    waits_s = [retry_policy.after_session(1000.0, hopeless=True) for _ in range(10)]
    assert 15 <= waits_s[0] <= 30
    assert 150 <= waits_s[-1] <= 300


def properties(**values: object) -> SimpleNamespace:
    return SimpleNamespace(**values)


@pytest.mark.parametrize(
    ("reason", "more", "said"),
    [
        ("Server moved", {"ServerReference": "new.lan:1884"}, "set mqtt.host (and mqtt.port) to new.lan:1884"),
        ("Use another server", {}, "set mqtt.host (and mqtt.port) to the broker it has gone to"),
        ("Client identifier not valid", {}, "choose another name (sudo edge config set device.id NAME)"),
        ("Quota exceeded", {"ReasonString": "3 of 3 used"}, "(Quota exceeded: 3 of 3 used); raise its limit"),
        ("Server busy", {}, "(Server busy); it has too much to do"),
        ("Topic name invalid", {}, "change mqtt.base_topic or device.id"),
        ("Packet too large", {}, "raise its limit (mosquitto: max_packet_size)"),
        ("Connection rate exceeded", {}, "raise its limit for new connections"),
        ("Retain not supported", {}, "retain_available true"),
        ("QoS not supported", {}, "max_qos"),
        (
            "Bad user name or password",
            {"ReasonString": "expired"},
            "password: expired) of user 'edge'; check mqtt.user",
        ),
    ],
)
def test_each_refusal_says_what_to_do(reason: str, more: dict[str, str], said: str) -> None:
    answer = BrokerAnswer.of(ReasonCode(PacketTypes.CONNACK, reason), properties(**more))  # type: ignore[arg-type]
    assert said in str(refused(ADDRESS, answer))


@pytest.mark.parametrize("reason", ["Server moved", "Use another server", "Client identifier not valid"])
def test_what_only_a_person_can_mend_is_tried_slowly(reason: str) -> None:
    assert refused(ADDRESS, BrokerAnswer(reason)).hopeless


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Message rate too high", "lower mqtt.max_rate_hz, or raise its limit"),
        ("Topic alias invalid", "Edge uses none"),
        ("Server moved", "set mqtt.host"),
        ("Not authorized", "let this device publish and subscribe"),
        ("Session taken over", "another client has come with the name of this one"),
    ],
)
def test_each_farewell_says_what_to_do(reason: str, said: str) -> None:
    answer = BrokerAnswer.of(ReasonCode(PacketTypes.DISCONNECT, reason), None)
    assert f"has ended ({reason}); {said}" in ended(ADDRESS, answer)


def test_the_words_of_a_broker_can_do_nothing_to_a_terminal() -> None:
    words = "no\x1b[2J\r\n\x00\u202e\u2028 entry" + "!" * 1000
    answer = BrokerAnswer.of(ReasonCode(PacketTypes.CONNACK, "Banned"), properties(ReasonString=words))  # type: ignore[arg-type]
    assert str(answer).isprintable()
    assert str(answer).startswith("Banned: no [2J")
    assert len(str(answer)) < 220


@pytest.mark.parametrize(("protocol", "advice"), [("auto", "knows neither"), ("5", 'set mqtt.protocol = "auto"')])
def test_a_version_that_the_broker_does_not_know_is_said(protocol: Protocol, advice: str) -> None:
    error = refused(replace(ADDRESS, protocol=protocol), BrokerAnswer(OLD_PROTOCOL))
    assert advice in str(error)


def test_who_does_not_answer_may_want_tls() -> None:
    assert "set mqtt.tls = true if that is a port with TLS" in str(silent(ADDRESS, 4.0))
