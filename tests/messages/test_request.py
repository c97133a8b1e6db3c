from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.messages.request import DEEPEST, MOST_BYTES, Request, RequestError, read_request

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def refusal(payload: bytes, command: str = "config/set") -> RequestError:
    with pytest.raises(RequestError) as caught:
        read_request(command, payload)
    return caught.value


def test_a_request_as_the_contract_shows_it() -> None:
    payload = {
        "schema": "edge/request/1",
        "transaction": "a1",
        "arguments": {"key": "pose.score_threshold", "value": 0.4},
    }
    request = read_request("config/set", json.dumps(payload).encode())
    assert request == Request("config/set", {"key": "pose.score_threshold", "value": 0.4}, "a1")
    assert (request.text("key"), request.argument("value")) == ("pose.score_threshold", 0.4)


@pytest.mark.parametrize("payload", [b"", b"  \n", b"{}"])
def test_a_request_without_arguments_may_be_empty(payload: bytes) -> None:
    assert read_request("state", payload) == Request("state")


@pytest.mark.parametrize(
    ("payload", "code", "words"),
    [
        (b"hello", "not_json", "not JSON"),
        (b'{"arguments": {"value": NaN}}', "not_json", "NaN"),
        (b"\xff{}", "not_json", "not JSON"),
        (b"[" * 5000, "not_json", "not JSON"),
        (b" " * (MOST_BYTES + 1), "too_large", "8192 bytes"),
        (b'{"transaction": "\\ud800"}', "not_json", "surrogates not allowed"),
        (b'{"arguments": {"key": "\\ud800"}}', "not_json", "surrogates not allowed"),
        (b'["config/set"]', "invalid", "JSON object"),
        (b'{"schema": "edge/request/2"}', "invalid", "edge/request/1"),
        (b'{"key": "pose.fit"}', "invalid", "'key' is no part of a request"),
        (b'{"arguments": []}', "invalid", "arguments"),
        (b'{"transaction": 7}', "invalid", "transaction must be text"),
        (json.dumps({"transaction": "x" * 129}).encode(), "invalid", "128 characters"),
    ],
)
def test_what_is_no_request_is_refused_with_a_reason(payload: bytes, code: str, words: str) -> None:
    error = refusal(payload)
    assert error.code == code
    assert words in error.message


@pytest.mark.parametrize(("begin", "end"), [("[", "]"), ('{"a": ', "}"), ('[{"a": ', "}]")])
@pytest.mark.parametrize("depth", [DEEPEST + 1, 100, *range(480, 500), *range(930, 1000), 1300])
def test_what_is_nested_too_deeply_is_refused(depth: int, begin: str, end: str) -> None:
    value = f"{begin * depth}1{end * depth}"
    error = refusal(f'{{"arguments": {{"key": "pose.fit", "value": {value}}}}}'.encode())
    assert error.code in {"invalid", "not_json", "too_large"}


def test_what_a_request_may_nest() -> None:
    nested = "[" * (DEEPEST - 2) + "]" * (DEEPEST - 2)
    request = read_request("config/set", f'{{"arguments": {{"value": {nested}}}}}'.encode())
    assert json.dumps(request.argument("value")) == nested


def test_the_transaction_of_a_wrong_request_is_known() -> None:
    assert refusal(b'{"transaction": "a1", "arguments": 3}').transaction == "a1"


def test_a_missing_or_wrong_argument_is_named() -> None:
    request = Request("config/set", {"key": 7})
    with pytest.raises(RequestError, match=r"arguments\.key must be text"):
        request.text("key")
    with pytest.raises(RequestError, match=r"config/set needs arguments\.value"):
        request.argument("value")


@given(st.binary(max_size=300) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_payload_is_a_request_or_is_refused(payload: bytes) -> None:
    with contextlib.suppress(RequestError):
        assert read_request("config/set", payload).command == "config/set"
