from __future__ import annotations

import pytest

from edge.mqtt.address import Address
from edge.mqtt.connection import Patience
from edge.mqtt.failure import LOST, Answer, LinkError, ended, refused, silent, unanswered, unreachable

ADDRESS = Address("broker.lan", 1883, 30, username="edge")


@pytest.mark.parametrize("reason", ["Bad user name or password", "Not authorized", "Banned"])
def test_where_only_a_person_can_help_we_come_back_slowly(reason: str) -> None:
    error = refused(ADDRESS, Answer(reason))
    assert (error.state, error.hopeless) == ("refused", True)
    assert str(error) == (
        f"the MQTT broker at broker.lan:1883 refused the connection ({reason}) of user 'edge'; "
        "check mqtt.username and mqtt.password_file"
    )
    patience = Patience.usual()
    waits_s = [patience.after(error) for _ in range(10)]
    assert 15 <= waits_s[0] <= 30
    assert 150 <= waits_s[-1] <= 300


@pytest.mark.parametrize(
    "error",
    [
        refused(ADDRESS, Answer("Server unavailable")),
        unreachable(ADDRESS, ConnectionRefusedError(111, "Connection refused")),
        unanswered(ADDRESS),
        silent(ADDRESS, 10.0),
    ],
    ids=str,
)
def test_where_the_broker_may_come_back_we_do_so_soon(error: LinkError) -> None:
    assert not error.hopeless
    patience = Patience.usual()
    waits_s = [patience.after(error) for _ in range(10)]
    assert 0.5 <= waits_s[0] <= 1
    assert 15 <= waits_s[-1] <= 30


def test_an_error_without_a_text_is_still_named() -> None:
    assert "(TimeoutError)" in str(unreachable(ADDRESS, TimeoutError()))


def test_the_end_of_a_connection_says_what_the_broker_said() -> None:
    assert ended(ADDRESS, Answer(LOST)) == "the connection to the MQTT broker at broker.lan:1883 was lost"
    assert ended(ADDRESS, Answer("Server shutting down")).endswith("has ended (Server shutting down)")
    assert ended(ADDRESS, Answer("Administrative action", "too many cats")).endswith(
        "(Administrative action: too many cats); somebody has ended it at the broker"
    )
