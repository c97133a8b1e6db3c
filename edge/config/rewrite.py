"""One key changed in the text of a configuration; every other line, comment and space stays as it is."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from edge.config.statements import statements
from edge.config.words import toml_text

if TYPE_CHECKING:
    from edge.config.schema import Key
    from edge.config.statements import Statement

_BY_HAND = "cannot be changed in the form this file is written in; change it with an editor"


def rewritten(text: str, key: Key, value: object) -> str:
    """``text``, which is valid TOML, with a key set to ``value`` as TOML has it, or taken out (None).

    A key that is there keeps its place and its comment. A new one goes below its commented default, else to the end
    of its section, else to a new section at the end.

    Raises:
        ValueError: the text is written in a form that cannot be changed safely.
    """
    document = tomllib.loads(text)
    section = document.get(key.section, {})
    if not isinstance(section, dict):
        raise ValueError(_BY_HAND)  # noqa: TRY004  the text of a person, not an argument of a caller
    there = key.name in section
    if (value is None and not there) or (there and toml_text(section[key.name]) == toml_text(value)):
        return text
    wanted = {name: other for name, other in section.items() if name != key.name}
    if value is not None:
        wanted[key.name] = value
    try:
        result = _changed(text, document, key, value)
        proven = _canonical(tomllib.loads(result)) == _canonical({**document, key.section: wanted})
    except (TOMLKitError, ValueError, RecursionError) as error:
        raise ValueError(_BY_HAND) from error
    if not proven:
        raise ValueError(_BY_HAND)
    return result


def _changed(text: str, document: dict[str, Any], key: Key, value: object) -> str:
    if value is None:
        return _without(text, key)
    if key.section not in document:
        start = f"{_ended(text)}\n" if text.strip() else text
        return f"{start}[{key.section}]\n{key.name} = {toml_text(value)}\n"
    place = None if key.name in document[key.section] else _place_for(text, key)
    if place is None:
        return _with(text, key, value)
    lines = _ended(text).split("\n")
    end = "\r" if lines[place - 1].endswith("\r") else ""
    return "\n".join([*lines[:place], f"{key.name} = {toml_text(value)}{end}", *lines[place:]])


def _with(text: str, key: Key, value: object) -> str:
    document: Any = tomlkit.parse(text)
    document[key.section][key.name] = value
    return tomlkit.dumps(document)


def _without(text: str, key: Key) -> str:
    document: Any = tomlkit.parse(text)
    del document[key.section][key.name]
    return tomlkit.dumps(document)


def _canonical(document: dict[str, Any]) -> str:
    """The same for documents of the same values; a section without keys is no section."""
    return json.dumps({name: value for name, value in document.items() if value != {}}, sort_keys=True, default=str)


def _place_for(text: str, key: Key) -> int | None:
    """After how many lines a new key belongs; None where its section has no header of its own."""
    all_statements = tuple(statements(text))
    own = _statements_below_header(all_statements, key.section)
    if not own:
        return None
    lines = text.split("\n")
    following = [statement.first for statement in all_statements if statement.first > own[-1].last]
    last = min(following, default=len(lines) + 1) - 1
    inside_statements = {number for statement in own for number in range(statement.first, statement.last + 1)}
    commented = re.compile(rf"\s*#\s*{re.escape(key.name)}\s*=")
    for number in range(own[0].first, last + 1):
        if number not in inside_statements and commented.match(lines[number - 1]):
            return number
    return own[-1].last


def _statements_below_header(all_statements: tuple[Statement, ...], section: str) -> list[Statement]:
    """The header of a section and the keys below it, up to the next header."""
    found: list[Statement] = []
    for statement in all_statements:
        if statement.is_header:
            if found:
                break
            if statement.paths == ((section,),):
                found.append(statement)
        elif found:
            found.append(statement)
    return found


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
