"""Messages as JSON and back: as bytes on the wire, as a line for programs, as a document for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from edge.base.text import printable_json

if TYPE_CHECKING:
    from collections.abc import Mapping


def encoded(message: Mapping[str, Any]) -> bytes:
    """A message as it goes over the wire, in as few bytes as it takes.

    Raises:
        ValueError: a number in it is none of JSON's.
    """
    return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def decoded(payload: bytes) -> Mapping[str, Any] | None:
    """The JSON object that somebody has sent; None where it is something else."""
    try:
        message = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def json_line(value: object, *, is_ascii: bool = False) -> str:
    """One line, in which nothing controls a terminal; ``is_ascii`` where what reads it knows nothing else.

    Raises:
        ValueError: a number in it is none of JSON's.
        RecursionError: it is nested too deeply.
    """
    return printable_json(json.dumps(value, ensure_ascii=is_ascii, allow_nan=False))


def json_document(value: object) -> str:
    """Indented lines, in which nothing controls a terminal."""
    return printable_json(json.dumps(value, indent=2, ensure_ascii=False))
