"""One value against its key: the right type, within bounds, with paths made absolute."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, cast

from edge.base.url import MASK
from edge.config.statements import parse_or_none
from edge.config.words import allowed, closest, toml_text, without_secrets

if TYPE_CHECKING:
    from edge.config.key import Scalar, Value
    from edge.config.schema import Key

_LEAST = 1e-6  # what is nearer to 0 is no setting of anybody's, and what is divided by it has no bounds
_BOOLEAN_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def checked(key: Key, given: object) -> Value:
    """``given``, a value as TOML has it, as the settings hold it: lists become tuples, whole numbers floats.

    Raises:
        ValueError: it is not allowed; the sentence says what is and, where it can be guessed, what was meant.
    """
    value = _converted(key, given)
    if value is None:
        raise ValueError(f"must be {allowed(key)}{_suggestion(key, given)}")
    check = key.details.kind.check
    return value if check is None else check(value)


def from_text(key: Key, text: str) -> object:
    """A value typed on a command line, as TOML has it; it is not yet checked.

    TOML works everywhere. Text needs no quotes, and a list may be given as its elements with commas between.
    """
    parsed = _toml_value(text)
    if key.is_list:
        if isinstance(parsed, list):
            return parsed
        parts = [part.strip() for part in text.split(",")] if text.strip() else []
        return [_scalar_from_text(key.scalar, part) for part in parts]
    return _scalar_from_text(key.scalar, text)


def located(key: Key, value: Value, folder: Path) -> Value:
    """``value`` with the path it holds, if it holds one, made absolute: ``~`` expanded, relative to ``folder``."""
    split = key.details.kind.split
    if split is None or not isinstance(value, str):
        return value
    before, path = split(value)
    return f"{before}{_absolute(path, folder)}" if path else value


def path_in(key: Key, value: Value) -> str:
    """The path that ``value`` holds, empty where it holds none."""
    split = key.details.kind.split
    return split(value)[1] if split is not None and isinstance(value, str) else ""


def _absolute(path: str, folder: Path) -> str:
    try:
        return str(folder / Path(path).expanduser())
    except RuntimeError:  # ~name of a user there is not
        return str(folder / path)


def _converted(key: Key, given: object) -> Value | None:
    if not key.is_list:
        return _converted_scalar(key, given)
    lengths = key.details.lengths
    elements_given = [given] if 1 in lengths and not isinstance(given, list | tuple) else given
    if not isinstance(elements_given, list | tuple) or (lengths and len(elements_given) not in lengths):
        return None
    elements = [_converted_scalar(key, element) for element in elements_given]
    return None if None in elements else cast("Value", tuple(elements))


def _converted_scalar(key: Key, given: object) -> Scalar | None:
    """``given`` as the scalar the key holds, or None where it is not allowed."""
    details = key.details
    if isinstance(given, str):
        fits = key.scalar is str and _is_clean(given) and (bool(given) or not key.is_list)
        right = fits and re.fullmatch(details.pattern or ".*", given, re.DOTALL) is not None
    elif isinstance(given, bool):
        right = key.scalar is bool
    elif isinstance(given, int | float):
        right = _is_number(key, given)
    else:
        return None
    if not right or (details.choices and given not in details.choices):
        return None
    return float(given) + 0.0 if key.scalar is float else given  # -0.0 becomes 0.0


def _is_number(key: Key, given: float) -> bool:
    details = key.details
    if key.scalar is str or key.scalar is bool or (key.scalar is int and isinstance(given, float)):
        return False
    low = -sys.float_info.max if details.low is None else details.low
    high = sys.float_info.max if details.high is None else details.high
    if given != 0 and abs(given) < _LEAST:
        return False
    return low <= given <= high and given != details.never  # nan lies between no bounds


def _is_clean(text: str) -> bool:
    """Whether text is free of control characters (a zero byte ends paths and topics) and of bytes that are no text."""
    return not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)


def _suggestion(key: Key, given: object) -> str:
    """`` (did you mean …?)`` where what was meant can be guessed."""
    if isinstance(given, str) and not _is_clean(given):
        return ", without control characters"
    guess = _guess(key, given)
    if guess is None or _converted(key, guess) is None:
        return ""
    meant = without_secrets(key, guess)
    return "" if meant == MASK else f" (did you mean {toml_text(meant)}?)"


def _guess(key: Key, given: object) -> object:
    if key.is_list and not isinstance(given, list):
        return from_text(key, given) if isinstance(given, str) else [given]
    if key.details.choices:
        named = closest(str(given), map(str, key.details.choices))
        return next((choice for choice in key.details.choices if str(choice) == named), None)
    if isinstance(given, str):
        return _guess_of_text(key, given)
    if key.scalar is str and isinstance(given, bool | int | float):
        meant = key.details.kind.meant
        return toml_text(given) if meant is None else meant(str(given))
    if isinstance(given, float) and (given.is_integer() or abs(given) < _LEAST):
        return int(given)
    return None


def _guess_of_text(key: Key, given: str) -> object:
    if key.details.kind.meant is not None:
        return key.details.kind.meant(given)
    word = given.strip().lower()
    return _BOOLEAN_WORDS.get(word) if key.scalar is bool else _toml_value(word)


def _scalar_from_text(scalar: type[Scalar], text: str) -> object:
    parsed = _toml_value(text)
    if scalar is str:
        return parsed if isinstance(parsed, str) else text
    return text if parsed is None else parsed


def _toml_value(text: str) -> object:
    """What ``text`` is as a TOML value; None where it is none."""
    parsed = parse_or_none(f"value = {text}")
    return parsed["value"] if parsed is not None and parsed.keys() == {"value"} else None
