from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.messages.request import COMMANDS, ReplyTo, Request
from tests.daemon.requests.office import Office

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("request_", "done"),
    [
        (Request("state"), "tell everything"),
        (Request("restart"), "restart"),
        (Request("task/pause", {"task": "pose"}), "pose pauses"),
        (Request("task/pause", {"task": "pose", "paused": False}), "pose goes on"),
        (Request("task/resume", {"task": "pose"}), "pose goes on"),
    ],
)
def test_what_is_asked_for_is_done_once(tmp_path: Path, request_: Request, done: str) -> None:
    office = Office(tmp_path)
    assert office.handler.answer(request_).error is None
    assert office.appliance.done == [done]


def test_the_answer_names_the_transaction_and_where_it_goes(tmp_path: Path) -> None:
    reply_to = ReplyTo("desk/7", b"\x01")
    for command in ("state", "nonsense"):
        response = Office(tmp_path).handler.answer(Request(command, {}, "a1", reply_to))
        assert (response.command, response.transaction, response.reply_to) == (command, "a1", reply_to)


def test_a_picture_travels_as_text(tmp_path: Path) -> None:
    response = Office(tmp_path).handler.answer(Request("snapshot"))
    assert response.result == {"content_type": "image/jpeg", "width": 64, "height": 48, "data": "anBlZw=="}


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        (Request("dance"), "unknown_command", ", ".join(COMMANDS)),
        (Request("task/pause"), "invalid", "needs arguments.task"),
        (Request("task/pause", {"task": "dance"}), "invalid", "pose, classification, action"),
        (Request("task/pause", {"task": ["pose"]}), "invalid", "must be text"),
        (Request("task/pause", {"task": "pose", "paused": "no"}), "invalid", "paused must be true or false"),
        (Request("task/pause", {"task": "action"}), "not_allowed", "set action.enabled"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, request_: Request, code: str, words: str) -> None:
    office = Office(tmp_path)
    error = office.handler.answer(request_).error
    assert error is not None
    assert error.code == code
    assert words in error.message
    assert office.appliance.done == []
