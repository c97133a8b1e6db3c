"""Messages as JSON and back."""

from __future__ import annotations

import json

import pytest

from edge.messages.encoding import decoded, encoded, json_document, json_line
from tests.support import ROOT


def test_on_the_wire_nothing_is_wasted_and_text_is_itself() -> None:
    assert (
        encoded({"name": "Küche", "at": [1, 2.5], "none": None}) == '{"name":"Küche","at":[1,2.5],"none":null}'.encode()
    )


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_of_json_is_not_written(number: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        encoded({"score": number})
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_line({"score": number})


def test_a_message_comes_back_as_it_was() -> None:
    message = {"schema": "edge/event/1", "since": None, "box": {"x": 0.25}}
    assert decoded(encoded(message)) == message


@pytest.mark.parametrize("payload", [b"", b"online", b"[1]", b"3", b"{", b"\xff", b'{"a":' * 50_000, b"null"])
def test_what_is_no_object_is_nothing(payload: bytes) -> None:
    assert decoded(payload) is None


@pytest.mark.parametrize("character", ["\x1b", "\x7f", "\x9b", "\u202e", "\ud800", "\U000e0041"])
@pytest.mark.parametrize("is_ascii", [False, True])
def test_a_line_controls_no_terminal(character: str, *, is_ascii: bool) -> None:
    line = json_line({"text": f"a{character}\nb"}, is_ascii=is_ascii)
    assert character not in line
    assert "\n" not in line
    assert json.loads(line) == {"text": f"a{character}\nb"}


def test_a_line_has_letters_as_they_are_where_it_may() -> None:
    assert json_line(["é"]) == '["é"]'
    assert json_line(["é"], is_ascii=True) == '["\\u00e9"]'


def test_a_document_is_laid_out_for_people() -> None:
    assert json_document({"a": [1], "b": "é\x1b"}) == '{\n  "a": [\n    1\n  ],\n  "b": "é\\u001b"\n}'


@pytest.mark.parametrize("room", ["mqtt", "trace", "watch", "demo", "cli"])
def test_no_other_room_has_an_encoder_of_its_own(room: str) -> None:
    files = sorted((ROOT / "edge" / room).rglob("*.py"))
    assert files
    assert [file.name for file in files if "json.dump" in file.read_text()] == []
