"""Results as lines: JSON for programs, text for people."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Protocol

from edge.base.terminal import width_of, wrapped
from edge.base.text import printable, utf8_text
from edge.messages.clock import Instant
from edge.messages.encoding import json_line
from edge.messages.payload import Header
from edge.tasks.payload import result_payload
from edge.tasks.registry import tasks
from edge.types import NS_PER_S

if TYPE_CHECKING:
    from typing import TextIO

    from edge.cli.inputs import Input
    from edge.types import Result


class Lines(Protocol):
    """Writes one line a result."""

    def write(self, one: Input, result: Result) -> None:
        """Write the result of an input."""
        ...


class JsonLines:
    """The payload of the MQTT message plus ``input`` and, for a video, ``media_time_s``."""

    def __init__(self, stream: TextIO, device: str) -> None:
        self._stream = stream
        self._device = device
        self._run_id = str(uuid.uuid4())
        self._seq = 0
        # JSON is UTF-8; where the locale has another encoding, what is no ASCII is written as an escape.
        self._is_ascii = (stream.encoding or "utf-8").lower() not in {"utf-8", "utf8"}

    def write(self, one: Input, result: Result) -> None:
        """Write one JSON object."""
        self._seq += 1
        payload = result_payload(result, Header(self._device, self._run_id, self._seq, Instant.now()))
        payload["input"] = utf8_text(str(one.path))
        if one.is_video:
            payload["media_time_s"] = round(result.frame.timestamp_ns / NS_PER_S, 3)
        self._stream.write(json_line(payload, is_ascii=self._is_ascii) + "\n")


class TextLines:
    """A short line for people."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._width = width_of(stream)

    def write(self, one: Input, result: Result) -> None:
        """Write one line."""
        moment = f" {result.frame.timestamp_ns / NS_PER_S:7.2f} s" if one.is_video else ""
        found = tasks()[result.task].words.found(result)
        line = printable(f"{one.path}{moment}: {', '.join(found)}")
        self._stream.write(f"{wrapped(line, self._width)}\n")
