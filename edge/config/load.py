"""From a file and ``--set`` to settings: every problem at once, and for each key where its value comes from."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from edge.base.host import masked_host
from edge.base.url import masked_url
from edge.config.rules import conflicts
from edge.config.schema import entries, sections, value_of
from edge.config.settings import Settings
from edge.config.source import parse, read_source
from edge.config.statements import lines_of
from edge.config.values import checked, from_text, located
from edge.config.words import closest, listed, shown, shown_key
from edge.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from edge.config.schema import Value
    from edge.config.source import Source

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


def load(path: Path | None, overrides: Sequence[str] = ()) -> Loaded:
    """The built-in defaults under the file at ``path`` (None: no file) under ``overrides``.

    Overrides are ``KEY=VALUE`` as typed after ``--set``; the last one of a key counts. A relative path is relative to
    the folder of the file, in an override to the current directory.

    Raises:
        ConfigError: with every problem of the file and the overrides.
    """
    return combine(None if path is None else read_source(path), overrides)


def combine(source: Source | None, overrides: Sequence[str] = ()) -> Loaded:
    """As :func:`load`, of a file that is read already."""
    return _combined((*(_from_source(source) if source else ()), *_from_overrides(overrides)))


def over(below: Source, above: Source) -> Loaded:
    """As :func:`combine`, of two files: all of ``above`` over what is right of ``below``."""
    upper = tuple(_from_source(above))
    given = {item.path for item in upper if isinstance(item, _Given)}
    return _combined((*(item for item in _right_ones(below) if item.path not in given), *upper))


def right_values(source: Source) -> dict[str, object]:
    """The keys of a file whose values are right by themselves, with the values as TOML has them."""
    return {item.path: item.value for item in _right_ones(source)}


def _right_ones(source: Source) -> Iterator[_Given]:
    for item in _from_source(source):
        with suppress(ValueError):
            if isinstance(item, _Given):
                checked(entries()[item.path], item.value)
                yield item


def _combined(items: Iterable[_Found]) -> Loaded:
    problems: list[Problem] = []
    values: dict[str, Value] = {}
    wheres: dict[str, str] = {}
    for item in items:
        if isinstance(item, Problem):
            problems.append(item)
            continue
        entry = entries()[item.path]
        try:
            values[item.path] = located(entry, checked(entry, item.value), item.folder)
            wheres[item.path] = item.where
        except ValueError as error:
            problems.append(_problem(item, str(error)))
    settings = _settings(values)
    problems += _conflicts(settings, wheres, {problem.key for problem in problems})
    if problems:
        raise ConfigError(*_in_order(problems))
    return Loaded(settings, MappingProxyType({path: wheres.get(path, DEFAULT) for path in entries()}))


def unknown_key(path: str, where: str = "") -> Problem:
    """The problem of a key that does not exist, with those that were probably meant."""
    return Problem(f"unknown key{_did_you_mean(_similar(path))}", where, shown_key(path))


def _similar(path: str) -> list[str]:
    """Keys like ``path``: first in its own section, then of the same name elsewhere, then of a name like it."""
    section, _, name = path.rpartition(".")
    near = closest(name, (entry.name for entry in entries().values() if entry.section == section))
    if near:
        return [f"{section}.{near}"]
    alike = closest(name, (entry.name for entry in entries().values()), similarity=0.8)
    return [known for known, entry in entries().items() if entry.name == alike]


def _from_source(source: Source) -> Iterator[_Found]:
    parsed = parse(source)
    yield from parsed.problems
    lines = lines_of(parsed.text)

    def where(*path: str) -> str:
        line = lines.get(path) or lines.get(path[:1])
        return f"{source.name}:{line}" if line else source.name

    for section, table in parsed.document.items():
        if section not in sections():
            yield _unknown_section(section, table, where(section))
        elif not isinstance(table, dict):
            yield Problem(f"is a section and must be written [{section}]", where(section), section)
        else:
            for name, value in table.items():
                path = f"{section}.{name}"
                place = where(section, name)
                yield _Given(path, value, place, source.folder) if path in entries() else unknown_key(path, place)


def _from_overrides(overrides: Iterable[str]) -> Iterator[_Found]:
    for override in overrides:
        path, equals, text = override.partition("=")
        path = path.strip()
        if not equals:
            yield Problem(
                f"{masked_host(masked_url(override))!r} must be written KEY=VALUE, as in pose.fit=stretch", OVERRIDE
            )
        elif path not in entries():
            yield unknown_key(path, OVERRIDE)
        else:
            yield _Given(path, from_text(entries()[path], text), OVERRIDE, Path.cwd())


def _unknown_section(section: str, table: object, where: str) -> Problem:
    if not isinstance(table, dict):
        return unknown_key(section, where)
    likely = closest(section, sections())
    return Problem(
        f"unknown section{_did_you_mean([f'[{likely}]'] if likely else [])}", where, f"[{shown_key(section)}]"
    )


def _did_you_mean(guesses: Sequence[str]) -> str:
    return f" (did you mean {listed(guesses)}?)" if guesses else ""


def _problem(item: _Given, message: str) -> Problem:
    return Problem(message, item.where, item.path, shown(entries()[item.path], item.value))


def _settings(values: Mapping[str, Value]) -> Settings:
    by_section: dict[str, dict[str, Any]] = {section: {} for section in sections()}
    for path, value in values.items():
        entry = entries()[path]
        by_section[entry.section][entry.name] = value
    return Settings(**{section: sections()[section](**own) for section, own in by_section.items()})


def _conflicts(settings: Settings, wheres: Mapping[str, str], wrong: set[str]) -> Iterator[Problem]:
    """Conflicts between keys that are right by themselves, said where one of the two was given, or in both files."""
    for conflict in conflicts(settings):
        if wrong.isdisjoint({conflict.key, conflict.other}):
            where = _place(wheres.get(conflict.key, ""), wheres.get(conflict.other, ""))
            value = shown(entries()[conflict.key], value_of(settings, conflict.key))
            yield Problem(conflict.message, where, conflict.key, value)


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
