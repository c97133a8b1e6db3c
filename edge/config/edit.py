"""Changing the configuration file: validated as a whole, comments kept, atomic, no change of another writer lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from edge.base.url import MASK
from edge.config.file_text import Source, parse, read_file_text
from edge.config.files import only_writer, replace_file
from edge.config.load import combine
from edge.config.rewrite import rewritten
from edge.config.unknown import unknown_key
from edge.config.values import checked, from_text, located
from edge.config.words import shown
from edge.errors import ConfigError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from edge.base.safe_file import SafeFile
    from edge.config.load import Loaded
    from edge.config.schema import Key, Schema
    from edge.config.sections import Settings

Check: TypeAlias = "Callable[[Settings, Collection[str]], Iterable[Problem]]"
"""What else is wrong with the values of some keys: what this room cannot know, such as which models there are."""


def nothing_else(_settings: Settings, _keys: Collection[str]) -> Iterable[Problem]:
    """The check of whoever knows no more than this room."""
    return ()


def set_value(schema: Schema, file: Path, path: str, text: str, check: Check = nothing_else) -> Loaded:
    """Set the key ``path`` in ``file`` to ``text``, as typed on a command line; the new configuration.

    A relative path in ``text`` is relative to the current directory and is written absolute. The file need not exist.
    ``check`` is asked before anything is written.

    Raises:
        ConfigError: key or value is wrong, or the file would be; it is as it was.
        EdgeError: the file cannot be written; it is as it was.
    """
    key = _key(schema, path)
    given = from_text(key, text)
    try:
        value = checked(key, given)
    except ValueError as error:
        raise ConfigError(Problem(str(error), "", path, shown(key, given))) from None
    if key.details.kind.masked is not None and MASK in str(value):
        raise ConfigError(Problem(f"has {MASK} in it, as passwords are shown; write the password itself", "", path))
    absolute = located(key, value, Path.cwd())
    return change(schema, file, {path: given if absolute == value else absolute}, check)


def unset(schema: Schema, file: Path, path: str, check: Check = nothing_else) -> Loaded:
    """Take the key ``path`` out of ``file``, so that its default is in force; raises what :func:`set_value` does."""
    return change(schema, file, {path: None}, check)


def change(schema: Schema, file: Path, values: Mapping[str, object], check: Check = nothing_else) -> Loaded:
    """Give keys of ``file`` values as TOML has them (None: taken out), all of them or none.

    Returns the new configuration; raises what :func:`set_value` does.
    """
    with only_writer(file) as safe_file:  # a link stays a link
        old = current(safe_file)
        text, loaded = edited(schema, old, values)
        if problems := tuple(check(loaded.settings, values)):
            raise ConfigError(*problems)
        if text != old.text:
            replace_file(safe_file, text.encode())
    return loaded


def current(safe_file: SafeFile) -> Source:
    """What is in ``safe_file``, an empty source where there is none; raises what :func:`read_file_text` does."""
    path = safe_file.path
    return (
        read_file_text(path, safe_file.opener) if safe_file.state() else Source(str(path), path.absolute().parent, "")
    )


def edited(schema: Schema, old: Source, values: Mapping[str, object]) -> tuple[str, Loaded]:
    """The text of ``old`` with keys given values as :func:`change` does, and the configuration that it makes.

    Raises:
        ConfigError: a key or value is wrong, or the text would be, or it cannot be changed.
    """
    wanted = [(_key(schema, path), value) for path, value in values.items()]
    if syntax := parse(old).problems:
        raise ConfigError(*syntax)
    text = old.text
    for key, value in wanted:
        try:
            text = rewritten(text, key, value)
        except ValueError as error:
            raise ConfigError(Problem(str(error), old.name, key.path)) from error
    return text, _validated(schema, old, text)


def _key(schema: Schema, path: str) -> Key:
    if path not in schema.keys:
        raise ConfigError(unknown_key(schema, path))
    return schema.keys[path]


def _validated(schema: Schema, old: Source, text: str) -> Loaded:
    """The configuration that ``text`` makes; its problems are told by the lines of the file as it still is."""
    try:
        return combine(schema, replace(old, text=text))
    except ConfigError as refused:
        known = {(problem.key, problem.message): problem for problem in _problems(schema, old)}
        raise ConfigError(
            *(
                known.get((problem.key, problem.message), replace(problem, where=old.name))
                for problem in refused.problems
            )
        ) from None


def _problems(schema: Schema, source: Source) -> tuple[Problem, ...]:
    try:
        combine(schema, source)
    except ConfigError as error:
        return error.problems
    return ()
