"""Values and what is allowed of them, in the words of the configuration file."""

from __future__ import annotations

import json
from datetime import date, time
from difflib import get_close_matches
from typing import TYPE_CHECKING

from edge.base.shown_host import masked_host
from edge.base.url import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from edge.config.schema import Key

_NOUNS = {str: ("text", "texts"), int: ("a whole number", "whole numbers"), float: ("a number", "numbers")}
_LONGEST_SHOWN = 80
_TOML_INT_BITS = 64


def toml_text(value: object) -> str:
    """A scalar or a flat list as it is written in TOML; what is nested deeper is only hinted at."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_element_text, value))}]"
    return _element_text(value)


def shown(key: Key, value: object) -> str:
    """``value`` of a key as in :func:`toml_text`, without secrets, cut where it is too long for a line.

    An address that stands where none belongs is masked, too.
    """
    return _cut(masked(toml_text(without_secrets(key, value))))


def without_secrets(key: Key, value: object) -> object:
    """``value`` of a key, right or wrong, as it may be shown: masked where there are secrets in it."""
    if isinstance(value, list | tuple):
        return type(value)(without_secrets(key, element) for element in value)
    text = value if isinstance(value, str) else toml_text(value)
    hidden = (key.details.kind.masked or _masked)(text)
    return value if hidden == text else hidden


def shown_key(path: str) -> str:
    """The name of an unknown key or section, whatever characters it is made of, on one line."""
    return _cut(_masked(path if path.isprintable() else toml_text(path)))


def allowed(key: Key) -> str:
    """What a key may be set to, as in "must be …": ``a number from 0 to 1``."""
    if key.details.choices:
        return listed(str(choice) for choice in key.details.choices)
    if key.scalar is bool:
        return "true or false"
    if words := key.details.allowed or key.details.kind.allowed:
        return words
    one, many = _NOUNS[key.scalar]
    if not key.is_list:
        return f"{one}{_bounds(key)}"
    count = f"{listed(map(str, key.details.lengths))} " if key.details.lengths else ""
    return f"a list of {count}{many}{_bounds(key)}"


def listed(words: Iterable[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def closest(word: str, possible: Iterable[str], similarity: float = 0.6) -> str | None:
    """The one of ``possible`` that was most likely meant; None where none is at least that similar (0..1)."""
    by_lower = {candidate.lower(): candidate for candidate in possible}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=similarity)
    return by_lower[found[0]] if found else None


def _masked(text: str) -> str:
    """A text that should hold no address, without the passwords of one that was written there."""
    return masked_host(masked(text))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def _bounds(key: Key) -> str:
    details = key.details
    if details.low is None or details.high is None:
        return ""
    never = "" if details.never is None else f", but not {details.never:g}"
    return f" from {_number(details.low)} to {_number(details.high)}{never}"


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
