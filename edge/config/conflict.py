"""What must hold between keys, beside what each key says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from edge.config.sections import Settings


class Conflict(NamedTuple):
    """Two keys whose values do not go together; the sentence says why and what to do."""

    path: str
    other: str
    message: str


Rule: TypeAlias = Callable[[Settings], Iterable[Conflict]]
"""Every pair of keys, among those that the rule knows, that contradict each other in some settings."""
