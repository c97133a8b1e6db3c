"""Values and what is allowed of them, in the words of the configuration file."""

from __future__ import annotations

import json
from datetime import date, time
from difflib import get_close_matches
from typing import TYPE_CHECKING

from edge.base.host import masked_host
from edge.base.url import MASK, masked, masked_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.config.schema import Entry

_NOUNS = {str: ("text", "texts"), int: ("a whole number", "whole numbers"), float: ("a number", "numbers")}
_KINDS = {"path": "the path of a file", "model": "a catalogue name or the path of a .tflite file"}
_LOCAL = ("v4l2:", "video:", "stills:", "synthetic:")
_LONGEST_SHOWN = 80
_TOML_INT_BITS = 64


def toml_text(value: object) -> str:
    """A scalar or a flat list as it is written in TOML; what is nested deeper is only hinted at."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_element_text, value))}]"
    return _element_text(value)


def shown(entry: Entry, value: object) -> str:
    """``value`` of a key as in :func:`toml_text`, without secrets, cut where it is too long for a line.

    An address that stands where none belongs is masked, too.
    """
    return MASK if entry.key.secret else _cut(masked(toml_text(without_secrets(entry, value))))


def without_secrets(entry: Entry, value: object) -> object:
    """``value`` of a key as it may be shown: masked where it is a secret, as far as there are secrets in it."""
    if entry.key.secret:
        return MASK
    if not isinstance(value, str):
        return value
    if entry.key.kind == "host":
        return masked_host(value)
    return _masked_source(value) if entry.key.kind == "source" else masked(value)


def shown_key(path: str) -> str:
    """The name of an unknown key or section, whatever characters it is made of, on one line."""
    return _cut(path if path.isprintable() else toml_text(path))


def allowed(entry: Entry) -> str:
    """What a key may be set to, as in "must be …": ``a number from 0 to 1``."""
    if entry.key.choices:
        return listed(str(choice) for choice in entry.key.choices)
    if entry.scalar is bool:
        return "true or false"
    if words := entry.key.allowed or _KINDS.get(entry.key.kind):
        return words
    one, many = _NOUNS[entry.scalar]
    if not entry.is_list:
        return f"{one}{_bounds(entry)}"
    count = f"{listed(map(str, entry.key.lengths))} " if entry.key.lengths else ""
    return f"a list of {count}{many}{_bounds(entry)}"


def listed(words: Iterable[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def closest(word: str, possible: Iterable[str], similarity: float = 0.6) -> str | None:
    """The one of ``possible`` that was most likely meant; None where none is at least that similar (0..1)."""
    by_lower = {candidate.lower(): candidate for candidate in possible}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=similarity)
    return by_lower[found[0]] if found else None


def _masked_source(source: str) -> str:
    """A source, right or wrong; an address may lack a part of its ``://``, a path may have an ``@`` in it."""
    if "://" in source:
        return masked_url(source)
    return source if source.startswith(_LOCAL) else masked_host(source)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def _bounds(entry: Entry) -> str:
    key = entry.key
    if key.low is None or key.high is None:
        return ""
    never = "" if key.never is None else f", but not {key.never:g}"
    return f" from {_number(key.low)} to {_number(key.high)}{never}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _element_text(value: object) -> str:
    match value:
        case bool():
            text = "true" if value else "false"
        case str():
            text = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case int() if value.bit_length() > _TOML_INT_BITS:
            text = hex(value)  # str() refuses numbers of thousands of digits
        case date() | time():
            text = value.isoformat()
        case dict():
            text = "{…}"
        case list():
            text = "[…]"
        case _:
            text = str(value)
    return text
