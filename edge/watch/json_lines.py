"""Messages as lines of JSON, for pipes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from edge.messages.encoding import json_line

if TYPE_CHECKING:
    from edge.messages.clock import Instant


def line_of(topic: str, payload: bytes, received: Instant) -> str:
    """``topic``, ``received_at`` and ``payload``: what the JSON of the payload says, or its text where it is none."""
    text = payload.decode(errors="replace")
    try:
        return _line(topic, received, json.loads(text))
    except (ValueError, RecursionError):  # no JSON, a number it has no word for, or nested too deeply
        return _line(topic, received, text)


def _line(topic: str, received: Instant, content: object) -> str:
    # In ASCII: whatever a payload holds, a line can be printed and controls no terminal.
    return json_line({"topic": topic, "received_at": received.rfc3339(), "payload": content}, is_ascii=True)
