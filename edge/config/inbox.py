"""The inbox on the boot partition: settings that a person has put on the card with a laptop, taken over at boot."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.atomic_file import sync_folder
from edge.base.regular_file import read_at_most
from edge.base.safe_file import opened
from edge.config.edit import current, edited, nothing_else
from edge.config.file_text import LARGEST_BYTES, Source, read_file_text
from edge.config.files import only_writer, replace_file
from edge.config.load import over, right_values
from edge.config.values import checked, located
from edge.errors import ConfigError, EdgeError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edge.base.safe_file import SafeFile
    from edge.config.edit import Check
    from edge.config.load import Loaded
    from edge.config.schema import Schema

INBOX = Path("/boot/firmware/edge.toml")

_FROM_HOME = re.compile(r"(\w+:)?~")
_ADVICE = """
Nothing has been changed: the device runs with the settings it had.
What to do: correct {name} on this card, save it, put the card back and start the device.
This file goes away by itself once all is right.
"""
_ON_THE_DEVICE = """
{config} lies on the device itself. A key that you give in {name} replaces the one there.
"""


@dataclass(frozen=True, slots=True)
class Merged:
    """A file that was taken over: the keys it gave, and the configuration now.

    ``broken`` is where the old configuration is kept, if it was wrong and had to be written anew.
    """

    file: Path
    keys: tuple[str, ...]
    loaded: Loaded
    broken: Path | None


def empty(schema: Schema, inbox: Path, config: Path, check: Check = nothing_else) -> Merged | None:
    """Merge the file at ``inbox``, where there is one, into the configuration at ``config``, and put it away.

    ``check`` is asked of the keys that it gives.

    It becomes ``NAME.applied``. Where it is wrong it stays, the configuration is as it was, and ``NAME.errors.txt``
    beside it says why. Ended at any instant, it can be done again.

    Raises:
        ConfigError: the file is wrong, by itself or together with the configuration.
        EdgeError: something cannot be read or written; the message says how far it went.
    """
    errors = errors_beside(inbox)
    try:
        file = _waiting(inbox)
        merged = _merge(schema, file, config, check) if file else None
    except EdgeError as error:
        _tell(errors, inbox.name, config, error)
        raise
    try:
        if errors.exists():
            errors.unlink()
        if merged:
            merged.file.replace(inbox.with_name(f"{inbox.name}.applied"))
            sync_folder(inbox.parent)
    except OSError as error:
        raise EdgeError(_left_over(inbox, config, merged, error)) from error
    return merged


def errors_beside(inbox: Path) -> Path:
    """Where it is told what is wrong with the file at ``inbox``."""
    return inbox.with_name(f"{inbox.name}.errors.txt")


def names_of(inbox: Path) -> tuple[Path, Path]:
    """What the file at ``inbox`` may be called: Windows hides endings and makes people write ``edge.toml.txt``."""
    return inbox, inbox.with_name(f"{inbox.name}.txt")


def _waiting(inbox: Path) -> Path | None:
    try:
        there = [path for path in names_of(inbox) if path.exists()]
    except OSError as error:
        raise EdgeError(f"{inbox}: cannot be looked at ({error.strerror}); run the command with sudo") from error
    if len(there) > 1:
        raise ConfigError(Problem(f"there is {there[1].name}, too; keep one of the two", str(there[0])))
    return there[0] if there else None


def _merge(schema: Schema, file: Path, config: Path, check: Check) -> Merged:
    with opened(file) as safe_file:
        card = read_file_text(file, safe_file.opener)
    with only_writer(config) as safe_file:  # a link stays a link
        old, broken = _readable(safe_file), None
        loaded = over(schema, old, card)
        values = _values(schema, card)
        if problems := tuple(check(loaded.settings, values)):
            raise ConfigError(*(replace(problem, where=loaded.origins[problem.key]) for problem in problems))
        try:
            text, _ = edited(schema, old, values)
        except ConfigError:  # the old one is wrong, as together they are right
            text, _ = edited(schema, replace(old, text=""), {**right_values(schema, old), **values})
            broken = _set_aside(safe_file)
        if text != old.text:
            replace_file(safe_file, text.encode())
    return Merged(file, tuple(values), loaded, broken)


def _set_aside(config: SafeFile) -> Path:
    """Keep a copy of a configuration that is wrong; its path."""
    copy = config.beside(f"{config.name}.broken")
    try:
        replace_file(copy, read_at_most(config.path, LARGEST_BYTES, config.opener))
    except OSError as error:
        remedy = "run the command with sudo" if isinstance(error, PermissionError) else "put it aside and start again"
        raise EdgeError(f"{config.path}: cannot be read ({error.strerror}); {remedy}") from error
    return copy.path


def _readable(config: SafeFile) -> Source:
    """The configuration as it is; no valid TOML where it cannot be read."""
    try:
        return current(config)
    except ConfigError:
        return Source(str(config.path), config.path.absolute().parent, "\0")


def _values(schema: Schema, card: Source) -> Mapping[str, object]:
    """What the card gives, with paths from its own folder; ``~`` stays, as it is the home of who runs Edge."""
    values: dict[str, object] = {}
    for path, given in right_values(schema, card).items():
        value = checked(schema.keys[path], given)
        absolute = located(schema.keys[path], value, card.folder)
        stays = absolute == value or _FROM_HOME.match(str(value))
        values[path] = given if stays else absolute
    return values


def _tell(errors: Path, name: str, config: Path, error: EdgeError) -> None:
    """Write beside the file what is wrong, for an editor of any laptop."""
    folder = f"{errors.parent}/"
    problems = error.problems if isinstance(error, ConfigError) else (Problem(str(error)),)
    lines = [str(replace(problem, where=problem.where.removeprefix(folder))) for problem in problems]
    text = "\n".join([f"{name} cannot be used:", "", *lines, _ADVICE.format(name=name)])
    if any(str(config) in problem.where for problem in problems):
        text += _ON_THE_DEVICE.format(config=config, name=name)
    try:
        with opened(errors, follow=False) as safe_file:
            replace_file(safe_file, text.replace("\n", "\r\n").encode("utf-8-sig", "replace"))
    except EdgeError as unwritten:
        raise ConfigError(*problems, str(unwritten)) from error


def _left_over(inbox: Path, config: Path, merged: Merged | None, error: OSError) -> str:
    if merged is None:
        return f"{errors_beside(inbox)}: cannot be removed ({error.strerror}); remove it by hand"
    return (
        f"{merged.file}: merged into {config}, but it cannot be renamed ({error.strerror}), and so will be merged again"
        f" at every start; rename or remove it"
    )
