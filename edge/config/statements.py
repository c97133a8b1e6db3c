"""On which lines the statements of a TOML document stand; tomllib itself does not say."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Path: TypeAlias = tuple[str, ...]

_DEPTH = 2  # a section and a key; nothing deeper is ever valid
_PARSED_CHARACTERS = 4_000_000  # enough for any sane file; a hostile one loses its line numbers, not our time


@dataclass(frozen=True, slots=True)
class Statement:
    """A table header or a key with its value, on lines ``first`` to ``last`` (from 1, inclusive).

    ``paths`` are the keys it gives, as far as the second level: ``("mqtt",)`` for ``[mqtt]`` and ``("mqtt", "port")``
    for ``port = 1883`` below it.
    """

    first: int
    last: int
    paths: tuple[Path, ...]
    is_header: bool


def statements(text: str) -> Iterator[Statement]:
    """The statements of a valid TOML document, in order.

    A statement ends with the first line at which it parses on its own, since TOML ends statements at line ends.
    """
    budget = _PARSED_CHARACTERS
    table: Path = ()
    open_lines: list[str] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not open_lines and _is_empty(line):
            continue
        open_lines.append(line)
        if len(open_lines) > 1 and not _may_close(line):
            continue
        source = "\n".join(open_lines)
        budget -= len(source)
        if budget < 0:
            return
        parsed = parse_or_none(source)
        if parsed is None:
            continue
        is_header = source.lstrip().startswith("[")
        paths = tuple(_paths(parsed, () if is_header else table))
        if is_header:
            table = paths[-1]
        yield Statement(number - len(open_lines) + 1, number, paths, is_header)
        open_lines = []


def lines_of(text: str) -> Mapping[Path, int]:
    """The line on which each section and key of a valid document is first named."""
    lines: dict[Path, int] = {}
    for statement in statements(text):
        for path in statement.paths:
            lines.setdefault(path, statement.first)
    return lines


def parse_or_none(source: str) -> dict[str, Any] | None:
    """The document, or None where it is not TOML."""
    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError):  # a number of thousands of digits is a bare ValueError
        return None


def _is_empty(line: str) -> bool:
    stripped = line.strip(" \t")
    return not stripped or stripped.startswith("#")


def _may_close(line: str) -> bool:
    """Whether a statement of several lines can end here: only with an array, a long string or an inline table."""
    return any(mark in line for mark in ("]", '"""', "'''", "}"))


def _paths(parsed: Mapping[str, Any], table: Path) -> Iterator[Path]:
    """Every key of a statement, outer ones first, down to the second level."""
    for name, value in parsed.items():
        path = (*table, name)[:_DEPTH]
        yield path
        if isinstance(value, dict) and len(path) < _DEPTH:
            yield from _paths(value, path)
