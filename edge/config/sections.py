"""The values of a configuration, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

_Section = TypeVar("_Section")


@dataclass(frozen=True, slots=True, init=False)
class Settings:
    """Sections, each looked up by its class: ``settings[PoseSettings].fit``.

    A section that was not given has its defaults; ``Settings()`` is an empty file.
    """

    _changed: Mapping[type, object]
    """Those that are not as by default, so that equal settings are equal however they were made."""

    def __init__(self, *sections: object) -> None:
        changed = {type(section): section for section in sections if section != type(section)()}
        object.__setattr__(self, "_changed", changed)

    def __getitem__(self, section: type[_Section]) -> _Section:
        found = self._changed.get(section)
        return found if isinstance(found, section) else section()

    def having(self, *sections: object) -> Settings:
        """These settings with ``sections`` in the place of those of the same class."""
        return Settings(*{**self._changed, **{type(section): section for section in sections}}.values())
