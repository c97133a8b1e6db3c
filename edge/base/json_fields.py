"""Reading one line's fields, each of the type it must have. Whatever is wrong is a ``ValueError`` with a sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Line: TypeAlias = dict[str, Any]
_T = TypeVar("_T")

_MOST = 2**62
"""Larger times are no times: sums of two must fit the calendar."""


def get(line: Line, name: str, kind: type[_T]) -> _T:
    """The field ``name`` of exactly this type (True is no int)."""
    value = line.get(name)
    if type(value) is not kind:
        raise ValueError(f"{name!r} is {'missing' if name not in line else f'not {_WORDS[kind]}'}")
    return value


def get_integer(line: Line, name: str, low: int = -_MOST, high: int = _MOST) -> int:
    """A whole number within bounds."""
    value = get(line, name, int)
    if not low <= value <= high:
        raise ValueError(f"{name!r} is out of bounds")
    return value


def get_number(line: Line, name: str) -> float:
    """A finite number."""
    return _number(line.get(name), name)


def get_numbers(line: Line, name: str, length: int) -> tuple[float, ...]:
    """So many finite numbers."""
    values = get(line, name, list)
    if len(values) != length:
        raise ValueError(f"{name!r} does not hold {length} numbers")
    return tuple(_number(value, name) for value in values)


def get_choice(line: Line, name: str, choices: Iterable[str]) -> str:
    """One of some words."""
    value, known = get(line, name, str), tuple(choices)
    if value not in known:
        raise ValueError(f"{name!r} is {value!r}, not one of {', '.join(known)}")
    return value


def get_words(line: Line, name: str) -> tuple[str, ...]:
    """A list of texts."""
    values = get(line, name, list)
    if not all(isinstance(value, str) for value in values):
        raise ValueError(f"{name!r} does not hold texts only")
    return tuple(values)


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _MOST or math.isnan(value):
        raise ValueError(f"{name!r} is not a number")
    return float(value)


_WORDS: dict[type, str] = {
    int: "a whole number",
    str: "a text",
    bool: "true or false",
    list: "a list",
    dict: "an object",
}
