"""From a file and ``--set`` to settings: every problem at once, and for each key where its value comes from."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from edge.base.shown_host import masked_host
from edge.base.url import masked_url
from edge.config.file_text import parse, read_file_text
from edge.config.sections import Settings
from edge.config.statements import lines_of
from edge.config.unknown import unknown_key, unknown_section
from edge.config.values import checked, from_text, located
from edge.config.words import shown
from edge.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from edge.config.file_text import Source
    from edge.config.key import Value
    from edge.config.schema import Schema

DEFAULT_FILE = Path("/etc/edge/edge.toml")
DEFAULT = "default"
OVERRIDE = "--set"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings, and where the value of each key comes from: ``default``, ``FILE:LINE`` or ``--set``."""

    settings: Settings
    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Given:
    """A value somebody gave to a key, where, and the folder that relative paths in it start from."""

    path: str
    value: object
    where: str
    folder: Path


_Found: TypeAlias = "_Given | Problem"


def load(schema: Schema, file: Path | None, overrides: Sequence[str] = ()) -> Loaded:
    """The built-in defaults under ``file`` (None: no file) under ``overrides``.

    Overrides are ``KEY=VALUE`` as typed after ``--set``; the last one of a key counts. A relative path is relative to
    the folder of the file, in an override to the current directory.

    Raises:
        ConfigError: with every problem of the file and the overrides.
    """
    return combine(schema, None if file is None else read_file_text(file), overrides)


def combine(schema: Schema, source: Source | None, overrides: Sequence[str] = ()) -> Loaded:
    """As :func:`load`, of a file that is read already."""
    given = _from_source(schema, source) if source else ()
    return _combined(schema, (*given, *_from_overrides(schema, overrides)))


def over(schema: Schema, below: Source, above: Source) -> Loaded:
    """As :func:`combine`, of two files: all of ``above`` over what is right of ``below``."""
    upper = tuple(_from_source(schema, above))
    given = {item.path for item in upper if isinstance(item, _Given)}
    return _combined(schema, (*(item for item in _right_ones(schema, below) if item.path not in given), *upper))


def right_values(schema: Schema, source: Source) -> dict[str, object]:
    """The keys of a file whose values are right by themselves, with the values as TOML has them."""
    return {item.path: item.value for item in _right_ones(schema, source)}


def _right_ones(schema: Schema, source: Source) -> Iterator[_Given]:
    for item in _from_source(schema, source):
        with suppress(ValueError):
            if isinstance(item, _Given):
                checked(schema.keys[item.path], item.value)
                yield item


def _combined(schema: Schema, items: Iterable[_Found]) -> Loaded:
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    wheres: dict[str, str] = {}
    for item in items:
        if isinstance(item, Problem):
            problems.append(item)
            continue
        key = schema.keys[item.path]
        try:
            values[item.path] = located(key, checked(key, item.value), item.folder)
            wheres[item.path] = item.where
        except ValueError as error:
            problems.append(Problem(str(error), item.where, item.path, shown(key, item.value)))
    settings = schema.with_values(Settings(), values)
    problems += _conflicts(schema, settings, wheres, {problem.key for problem in problems})
    if problems:
        raise ConfigError(*_in_order(problems))
    return Loaded(settings, MappingProxyType({path: wheres.get(path, DEFAULT) for path in schema.keys}))


def _from_source(schema: Schema, source: Source) -> Iterator[_Found]:
    parsed = parse(source)
    yield from parsed.problems
    lines = lines_of(parsed.text)

    def where(*path: str) -> str:
        line = lines.get(path) or lines.get(path[:1])
        return f"{source.name}:{line}" if line else source.name

    for section, table in parsed.document.items():
        if section not in schema.sections:
            unknown = unknown_section if isinstance(table, dict) else unknown_key
            yield unknown(schema, section, where(section))
        elif not isinstance(table, dict):
            yield Problem(f"is a section and must be written [{section}]", where(section), section)
        else:
            for name, value in table.items():
                path = f"{section}.{name}"
                place = where(section, name)
                is_known = path in schema.keys
                yield _Given(path, value, place, source.folder) if is_known else unknown_key(schema, path, place)


def _from_overrides(schema: Schema, overrides: Iterable[str]) -> Iterator[_Found]:
    for override in overrides:
        path, equals, text = override.partition("=")
        path = path.strip()
        if not equals:
            yield Problem(
                f"{masked_host(masked_url(override))!r} must be written KEY=VALUE, as in pose.fit=stretch", OVERRIDE
            )
        elif path not in schema.keys:
            yield unknown_key(schema, path, OVERRIDE)
        else:
            yield _Given(path, from_text(schema.keys[path], text), OVERRIDE, Path.cwd())


def _conflicts(schema: Schema, settings: Settings, wheres: Mapping[str, str], wrong: set[str]) -> Iterator[Problem]:
    """Conflicts between keys that are right by themselves, said where one of the two was given, or in both files."""
    for conflict in schema.conflicts(settings):
        if wrong.isdisjoint({conflict.path, conflict.other}):
            where = _place(wheres.get(conflict.path, ""), wheres.get(conflict.other, ""))
            value = shown(schema.keys[conflict.path], schema.value_of(settings, conflict.path))
            yield Problem(conflict.message, where, conflict.path, value)


def _place(own: str, other: str) -> str:
    """Where a key contradicts an other: where it was given itself if it was, and the other's place in another file."""
    files = {place.rpartition(":")[0] for place in (own, other)}
    return f"{other} and {own}" if "" not in files and len(files) > 1 else own or other


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By line, those of the file first."""

    def line(problem: Problem) -> tuple[bool, int]:
        number = problem.where.rpartition(":")[2]
        return problem.where == OVERRIDE, int(number) if number.isdecimal() else 0

    return sorted(problems, key=line)
