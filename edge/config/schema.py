"""The keys of the configuration, read from the dataclasses in :mod:`edge.config.settings`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from edge.config.key import Key, key_of
from edge.config.settings import Settings
from edge.config.words import without_secrets

if TYPE_CHECKING:
    from collections.abc import Mapping

Scalar: TypeAlias = str | bool | int | float
Value: TypeAlias = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One key: where it stands, its type and default, and its :class:`~edge.config.key.Key`.

    ``scalar`` is the type of the value, or of each element where ``is_list``.
    """

    section: str
    name: str
    scalar: type[Scalar]
    is_list: bool
    default: Value
    key: Key

    @property
    def path(self) -> str:
        """The key as people write it, ``section.name``."""
        return f"{self.section}.{self.name}"


@cache
def sections() -> Mapping[str, type[Any]]:
    """The settings class of each section, in the order of the file."""
    return MappingProxyType(get_type_hints(Settings))


@cache
def entries() -> Mapping[str, Entry]:
    """Every key by its path (``section.name``), in the order of the file."""
    found = (entry for section, owner in sections().items() for entry in _entries_of(section, owner))
    return MappingProxyType({entry.path: entry for entry in found})


def value_of(settings: Settings, path: str) -> Value:
    """The value of a key in ``settings``; raises ``KeyError`` for an unknown path."""
    entry = entries()[path]
    value: Value = getattr(getattr(settings, entry.section), entry.name)
    return value


def shown_value_of(settings: Settings, path: str) -> object:
    """The value of a key as it may be shown, without secrets; raises ``KeyError`` for an unknown path."""
    return without_secrets(entries()[path], value_of(settings, path))


def differences(old: Settings, new: Settings) -> tuple[str, ...]:
    """The keys whose values differ."""
    return tuple(path for path in entries() if value_of(old, path) != value_of(new, path))


def _entries_of(section: str, owner: type[Any]) -> list[Entry]:
    hints = get_type_hints(owner)
    return [Entry(section, field.name, *_type_of(hints[field.name]), *key_of(field)) for field in fields(owner)]


def _type_of(hint: Any) -> tuple[type[Scalar], bool]:
    """The scalar type behind an annotation, and whether it is a list of them."""
    if get_origin(hint) is tuple:
        return _type_of(get_args(hint)[0])[0], True
    if get_origin(hint) is Literal:
        return type(get_args(hint)[0]), False
    if hint in {str, bool, int, float}:
        return hint, False
    raise TypeError(f"a configuration key cannot be of type {hint}")
