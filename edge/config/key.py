"""How one configuration key is declared: a dataclass field with a ``Key`` in its metadata."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field
from typing import Any, Literal

Kind = Literal["plain", "path", "model", "source", "region", "host"]


@dataclass(frozen=True, slots=True)
class Key:
    """What is known of a key beside its type and default.

    ``low`` and ``high`` are inclusive bounds of a number (of each element for a list), ``never`` a number between them
    that is not allowed. ``choices`` are the only values allowed. ``lengths`` are the numbers of elements a list may
    have, empty for any; where 1 is among them, a lone element may stand for the list. ``pattern`` is a regular
    expression for the whole of a text, ``allowed`` says it in words. ``kind`` says what a value stands for: a path, a
    model (catalogue name or path), a camera source (which may hold a path), a region of the frame or a host. ``live``
    keys are applied on reload, others need a restart. ``remote`` keys may be changed over MQTT, a model to a name only.
    ``secret`` values are masked wherever they are shown.
    """

    help: str
    low: float | None = None
    high: float | None = None
    never: float | None = None
    choices: tuple[str | int, ...] = ()
    lengths: tuple[int, ...] = ()
    pattern: str = ""
    allowed: str = ""
    kind: Kind = "plain"
    live: bool = True
    remote: bool = False
    secret: bool = False


def key(default: object, help: str, **details: Any) -> Any:
    """Declare a configuration key as a dataclass field with its default and its ``Key``."""
    return field(default=default, metadata={"key": Key(help=help, **details)})


def key_of(declared: Field[Any]) -> tuple[Any, Key]:
    """Default and ``Key`` of a field made by :func:`key`; raises ``TypeError`` for any other field."""
    found = declared.metadata.get("key")
    if not isinstance(found, Key) or declared.default is MISSING:
        raise TypeError(f"field {declared.name} was not declared with key()")
    return declared.default, found
