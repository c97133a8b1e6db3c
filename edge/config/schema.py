"""What a configuration may hold: sections, read from dataclasses, their keys, and what must hold between these."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from inspect import cleandoc
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

from edge.config.key import Details, declared_of
from edge.config.words import without_secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from edge.config.conflict import Conflict, Rule
    from edge.config.key import Scalar, Value
    from edge.config.sections import Settings


@dataclass(frozen=True, slots=True)
class Key:
    """One key: where it stands, its type and default, and its :class:`~edge.config.key.Details`.

    ``scalar`` is the type of the value, or of each element where ``is_list``.
    """

    section: str
    name: str
    scalar: type[Scalar]
    is_list: bool
    default: Value
    details: Details

    @property
    def path(self) -> str:
        """The key as people write it, ``section.name``."""
        return f"{self.section}.{self.name}"


class Schema:
    """The sections of a file, each a dataclass whose fields are keys, and the rules between keys.

    ``sections`` has the class of each by its name, ``keys`` every key by its path (``section.name``), both in the order
    of the file.
    """

    def __init__(self, sections: Mapping[str, type[Any]], rules: Sequence[Rule] = ()) -> None:
        self.sections: Mapping[str, type[Any]] = MappingProxyType(dict(sections))
        keys = (key for section, owner in sections.items() for key in keys_of(section, owner).values())
        self.keys: Mapping[str, Key] = MappingProxyType({key.path: key for key in keys})
        self._rules = tuple(rules)

    def of_section(self, section: str) -> list[Key]:
        """The keys of a section; empty where there is none."""
        return [key for key in self.keys.values() if key.section == section]

    def purpose(self, section: str) -> str:
        """What a section is for: its docstring, ``[name]: purpose``."""
        words = cleandoc(self.sections[section].__doc__ or "").partition("]: ")[2]
        return words[:1].upper() + words[1:]

    def conflicts(self, settings: Settings) -> Iterator[Conflict]:
        """Every pair of keys in ``settings`` that contradict each other."""
        for rule in self._rules:
            yield from rule(settings)

    def value_of(self, settings: Settings, path: str) -> Value:
        """The value of a key in ``settings``; raises ``KeyError`` for an unknown path."""
        key = self.keys[path]
        value: Value = getattr(settings[self.sections[key.section]], key.name)
        return value

    def shown_value_of(self, settings: Settings, path: str) -> object:
        """The value of a key as it may be shown, without secrets; raises ``KeyError`` for an unknown path."""
        return without_secrets(self.keys[path], self.value_of(settings, path))

    def differences(self, old: Settings, new: Settings) -> tuple[str, ...]:
        """The keys whose values differ."""
        return tuple(path for path in self.keys if self.value_of(old, path) != self.value_of(new, path))

    def with_values(self, settings: Settings, values: Mapping[str, Value]) -> Settings:
        """``settings`` with other values of some keys, by their paths; raises ``KeyError`` for an unknown path."""
        changed: dict[str, dict[str, Any]] = {}
        for path, value in values.items():
            key = self.keys[path]
            changed.setdefault(key.section, {})[key.name] = value
        return settings.having(*(replace(settings[self.sections[name]], **own) for name, own in changed.items()))

    def taking(self, settings: Settings, newer: Settings, paths: Iterable[str]) -> Settings:
        """``settings`` with the values that the keys ``paths`` have in ``newer``."""
        return self.with_values(settings, {path: self.value_of(newer, path) for path in paths})


def keys_of(section: str, owner: type[Any]) -> Mapping[str, Key]:
    """The keys of a section by their names; raises ``TypeError`` for a field that cannot be one."""
    hints = get_type_hints(owner)
    found = (Key(section, field.name, *_type_of(hints[field.name]), *declared_of(field)) for field in fields(owner))
    return {key.name: key for key in found}


def _type_of(hint: Any) -> tuple[type[Scalar], bool]:
    """The scalar type behind an annotation, and whether it is a list of them."""
    if get_origin(hint) is tuple:
        return _type_of(get_args(hint)[0])[0], True
    if get_origin(hint) is Literal:
        return type(get_args(hint)[0]), False
    if hint in {str, bool, int, float}:
        return hint, False
    raise TypeError(f"a configuration key cannot be of type {hint}")
