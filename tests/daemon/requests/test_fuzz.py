"""Anything at all as a request."""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING, Any

import pytest

from edge.config.load import load
from edge.messages.clock import Instant
from edge.messages.payload import Header, response_payload
from edge.messages.request import COMMANDS, ReplyTo, Request, Response
from edge.mqtt.message import Received
from edge.mqtt.request_receiver import RequestReceiver
from edge.settings import SCHEMA
from tests.daemon.requests.office import Office

if TYPE_CHECKING:
    from pathlib import Path

PAYLOADS = int(os.environ.get("EDGE_FUZZ_REQUESTS", "2000"))
"""A soak run does 100,000."""
HEADER = Header("pi", "0", 1, Instant(0, 0))
TOPICS = (None, "desk/7", "#", "edge/pi/event", "$SYS/x", "\x00", "a" * 300)


@pytest.mark.no_cover
def test_no_payload_crashes_or_changes_anything_that_was_not_asked_for(tmp_path: Path) -> None:
    rng = random.Random(20261121)  # noqa: S311  # no secret
    office = Office(tmp_path)
    requests: list[Request] = []
    responses: list[Response] = []
    clock = iter(range(10**9))
    receiver = RequestReceiver("edge/pi/request/", requests.append, responses.append, lambda: float(next(clock)))
    known = {path: SCHEMA.value_of(office.configured.settings, path) for path in SCHEMA.keys}

    for number in range(PAYLOADS):
        command, payload = _command(rng), _payload(rng)
        retained = rng.random() < 0.05
        answers = len(responses)
        receiver.take(Received(f"edge/pi/request/{command}", payload, retained, ReplyTo(rng.choice(TOPICS))))
        while requests:
            responses.append(office.handler.answer(requests.pop()))
        for response in responses[answers:]:
            json.dumps(response_payload(response, HEADER), ensure_ascii=False, allow_nan=False).encode()
        # Each is answered once, or left out by a rule.
        is_left_out = retained or not payload or not 0 < len(command) <= 64
        assert len(responses) - answers == (0 if is_left_out else 1), (command, payload)
        if len(responses) > answers:
            known |= _changed(responses[-1])
        if number % 500 == 0 or number == PAYLOADS - 1:
            assert {p: SCHEMA.value_of(load(SCHEMA, office.file).settings, p) for p in SCHEMA.keys} == known

    assert {response.error.code for response in responses if response.error} >= {
        *("not_json", "invalid", "unknown_command", "unknown_key", "not_remote", "out_of_bounds", "not_allowed"),
    }
    assert any(response.command == "config/set" and response.error is None for response in responses)


def _changed(response: Response) -> dict[str, Any]:
    """What a response says that was set; a key that is not remote may never be."""
    if response.command != "config/set" or response.error is not None:
        return {}
    assert response.result is not None
    path = response.result["key"]
    assert SCHEMA.keys[path].details.remote
    value = response.result["value"]
    kind = SCHEMA.keys[path].scalar
    if isinstance(value, list):
        return {path: tuple(kind(element) for element in value)}
    return {path: kind(value)}


def _command(rng: random.Random) -> str:
    if rng.random() < 0.9:
        return rng.choice(COMMANDS)
    return "".join(rng.choice("abc/é\n") for _ in range(rng.randrange(70)))


def _payload(rng: random.Random) -> bytes:
    payload = json.dumps(_request(rng)).encode()
    for _ in range(rng.choice((0, 0, 1, 4))):
        place = rng.randrange(len(payload) + 1)
        cut = rng.randrange(3)
        payload = payload[:place] + rng.randbytes(rng.randrange(3)) + payload[place + cut :]
    return payload if rng.random() < 0.98 else rng.randbytes(rng.randrange(9000))


def _request(rng: random.Random) -> Any:
    if rng.random() < 0.1:
        return _value(rng)
    arguments: dict[str, Any] = {}
    if rng.random() < 0.9:
        arguments["key"] = rng.choice([*SCHEMA.keys, *SCHEMA.keys, "pose", "", 3, "\ud800"])
    if rng.random() < 0.9:
        arguments["value"] = _value(rng) if rng.random() < 0.5 else _near(rng, arguments.get("key"))
    if rng.random() < 0.3:
        arguments["task"] = rng.choice(["pose", "action", "", None, 7])
    return {"transaction": rng.choice([None, "a1", 7, "x" * 130, "\udfff"]), "arguments": arguments}


def _near(rng: random.Random, key: object) -> Any:
    """The key's own default, or a number not far from it."""
    default = SCHEMA.keys[key].default if isinstance(key, str) and key in SCHEMA.keys else 0.5
    if isinstance(default, bool) or not isinstance(default, int | float):
        return default
    return type(default)(default * rng.uniform(0.5, 1.5))


def _value(rng: random.Random) -> Any:
    return rng.choice(
        [
            None,
            True,
            False,
            0,
            1,
            -1,
            0.5,
            1e308,
            10**400,
            "",
            "stretch",
            "\x00",
            "\ud800",
            "a" * 300,
            [],
            ["cat"],
            [[]],
            {},
            {"a": 1},
        ]
    )
