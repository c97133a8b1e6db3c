"""Lines for people and for machines."""

from __future__ import annotations

import io
import json
import logging
import sys

import pytest

from edge.daemon.log import JsonFormatter, TextFormatter, set_up_logging
from edge.settings import LogSettings


def record(exc_info: bool = False) -> logging.LogRecord:
    error = None
    if exc_info:
        try:
            int("broken")
        except ValueError:
            error = sys.exc_info()
    made = logging.LogRecord("edge.camera.video", logging.WARNING, "", 1, "frame %d is broken", (7,), error)
    made.__dict__["task"] = "pose"
    return made


def test_text_names_level_room_message_and_fields() -> None:
    line = TextFormatter(io.StringIO()).format(record())

    assert line[8:] == " warning camera.video: frame 7 is broken  task=pose"


def test_json_is_one_object_with_the_fields() -> None:
    entry = json.loads(JsonFormatter().format(record()))

    assert entry["level"] == "warning"
    assert entry["message"] == "frame 7 is broken"
    assert entry["task"] == "pose"
    assert entry["time"].endswith("Z")


def test_an_unexpected_error_brings_its_traceback() -> None:
    assert "ValueError: invalid literal" in TextFormatter(io.StringIO()).format(record(exc_info=True))
    assert "ValueError: invalid literal" in json.loads(JsonFormatter().format(record(exc_info=True)))["traceback"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_level_decides_what_is_written(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(LogSettings(level="warning", format=form))
    logging.getLogger("edge.daemon").info("quiet")
    logging.getLogger("edge.daemon").warning("loud")

    written = capsys.readouterr().err
    assert "loud" in written
    assert "quiet" not in written
