"""One value against its key: the right type, within bounds, with paths made absolute."""

from __future__ import annotations

import re
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, cast

from edge.base.host import checked_host
from edge.config.camera_source import check_camera_source, meant_source
from edge.config.statements import parse_or_none
from edge.config.words import allowed, closest, toml_text, without_secrets

if TYPE_CHECKING:
    from edge.config.schema import Entry, Scalar, Value

_FRAME_TOLERANCE = 1e-9  # 0.7 + 0.3 may come out a little above 1
_LEAST_SIDE = 0.01  # of the frame: a few pixels, in which nothing can be told any more
_LEAST = 1e-6  # what is nearer to 0 is no setting of anybody's, and what is divided by it has no bounds
_WITH_PATH = ("v4l2:", "video:", "stills:")
_BOOLEAN_WORDS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


def checked(entry: Entry, given: object) -> Value:
    """``given``, a value as TOML has it, as the settings hold it: lists become tuples, whole numbers floats.

    Raises:
        ValueError: it is not allowed; the sentence says what is and, where it can be guessed, what was meant.
    """
    value = _converted(entry, given)
    if value is None:
        raise ValueError(f"must be {allowed(entry)}{_suggestion(entry, given)}")
    if entry.key.kind == "region":
        _check_region(cast("tuple[float, ...]", value))
    if entry.key.kind == "source":
        check_camera_source(str(value))
    return checked_host(cast("str", value), entry.section) if entry.key.kind == "host" else value


def from_text(entry: Entry, text: str) -> object:
    """A value typed on a command line, as TOML has it; it is not yet checked.

    TOML works everywhere. Text needs no quotes, and a list may be given as its elements with commas between.
    """
    parsed = _toml_value(text)
    if entry.is_list:
        if isinstance(parsed, list):
            return parsed
        parts = [part.strip() for part in text.split(",")] if text.strip() else []
        return [_scalar_from_text(entry.scalar, part) for part in parts]
    return _scalar_from_text(entry.scalar, text)


def located(entry: Entry, value: Value, folder: Path) -> Value:
    """``value`` with the path it holds, if it holds one, made absolute: ``~`` expanded, relative to ``folder``."""
    if not isinstance(value, str):
        return value
    match entry.key.kind:
        case "path" if value:
            return _absolute(value, folder)
        case "model" if is_model_path(value):
            return _absolute(value, folder)
        case "source" if value.startswith(_WITH_PATH):
            name, _, path = value.partition(":")
            return f"{name}:{_absolute(path, folder)}"
    return value


def is_model_path(model: str) -> bool:
    """Whether ``model`` is the path of a file rather than a name of the catalogue."""
    return "/" in model or model.endswith(".tflite")


def _absolute(path: str, folder: Path) -> str:
    try:
        return str(folder / Path(path).expanduser())
    except RuntimeError:  # ~name of a user there is not
        return str(folder / path)


def _converted(entry: Entry, given: object) -> Value | None:
    if not entry.is_list:
        return _converted_scalar(entry, given)
    lengths = entry.key.lengths
    elements_given = [given] if 1 in lengths and not isinstance(given, list | tuple) else given
    if not isinstance(elements_given, list | tuple) or (lengths and len(elements_given) not in lengths):
        return None
    elements = [_converted_scalar(entry, element) for element in elements_given]
    return None if None in elements else cast("Value", tuple(elements))


def _converted_scalar(entry: Entry, given: object) -> Scalar | None:
    """``given`` as the scalar the key holds, or None where it is not allowed."""
    key = entry.key
    if isinstance(given, str):
        fits = entry.scalar is str and _is_clean(given) and (bool(given) or not entry.is_list)
        right = fits and re.fullmatch(key.pattern or ".*", given, re.DOTALL) is not None
    elif isinstance(given, bool):
        right = entry.scalar is bool
    elif isinstance(given, int | float):
        right = _is_number(entry, given)
    else:
        return None
    if not right or (key.choices and given not in key.choices):
        return None
    return float(given) + 0.0 if entry.scalar is float else given  # -0.0 becomes 0.0


def _is_number(entry: Entry, given: float) -> bool:
    key = entry.key
    if entry.scalar is str or entry.scalar is bool or (entry.scalar is int and isinstance(given, float)):
        return False
    low = -sys.float_info.max if key.low is None else key.low
    high = sys.float_info.max if key.high is None else key.high
    if given != 0 and abs(given) < _LEAST:
        return False
    return low <= given <= high and given != key.never  # nan lies between no bounds


def _is_clean(text: str) -> bool:
    """Whether text is free of control characters (a zero byte ends paths and topics) and of bytes that are no text."""
    return not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)


def _check_region(region: tuple[float, ...]) -> None:
    x, y, width, height = region
    if width <= 0 or height <= 0:
        raise ValueError("must have an area: width and height (the last two) above 0")
    if width < _LEAST_SIDE or height < _LEAST_SIDE:
        raise ValueError(
            f"must be large enough to see something in: width and height (the last two) at least {_LEAST_SIDE}"
        )
    if x + width > 1 + _FRAME_TOLERANCE or y + height > 1 + _FRAME_TOLERANCE:
        raise ValueError("must lie inside the frame: x + width and y + height at most 1")


def _suggestion(entry: Entry, given: object) -> str:
    """`` (did you mean …?)`` where what was meant can be guessed."""
    if isinstance(given, str) and not _is_clean(given):
        return ", without control characters"
    guess = _guess(entry, given)
    if guess is None or _converted(entry, guess) is None:
        return ""
    return f" (did you mean {toml_text(without_secrets(entry, guess))}?)"


def _guess(entry: Entry, given: object) -> object:
    if entry.is_list and not isinstance(given, list):
        return from_text(entry, given) if isinstance(given, str) else [given]
    if entry.key.choices:
        named = closest(str(given), map(str, entry.key.choices))
        return next((choice for choice in entry.key.choices if str(choice) == named), None)
    if isinstance(given, str):
        return _guess_of_text(entry, given)
    if entry.scalar is str and isinstance(given, bool | int | float):
        return meant_source(str(given)) if entry.key.kind == "source" else toml_text(given)
    if isinstance(given, float) and (given.is_integer() or abs(given) < _LEAST):
        return int(given)
    return None


def _guess_of_text(entry: Entry, given: str) -> object:
    if entry.key.kind == "source":
        return meant_source(given)
    word = given.strip().lower()
    return _BOOLEAN_WORDS.get(word) if entry.scalar is bool else _toml_value(word)


def _scalar_from_text(scalar: type[Scalar], text: str) -> object:
    parsed = _toml_value(text)
    if scalar is str:
        return parsed if isinstance(parsed, str) else text
    return text if parsed is None else parsed


def _toml_value(text: str) -> object:
    """What ``text`` is as a TOML value; None where it is none."""
    parsed = parse_or_none(f"value = {text}")
    return parsed["value"] if parsed is not None and parsed.keys() == {"value"} else None
