"""How one configuration key is declared: a dataclass field with :class:`Details` in its metadata."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from edge.base.secret import shown_secret_path

if TYPE_CHECKING:
    from collections.abc import Callable

Scalar: TypeAlias = str | bool | int | float
Value: TypeAlias = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """What the value of a key stands for, beyond its type; what is not given, the kind has nothing to say on.

    ``allowed`` says in words what it may be. ``check`` looks closer at a value of the right type, within bounds: it
    returns the value to be kept, or raises ``ValueError`` with a sentence. ``meant`` guesses what a text was to be that
    is not allowed. ``masked`` is a text without the passwords that may stand in it. ``split`` divides a value into what
    stands before a path and the path, which is empty where the value holds none.
    """

    allowed: str = ""
    check: Callable[[Any], Value] | None = None
    meant: Callable[[str], str | None] | None = None
    masked: Callable[[str], str] | None = None
    split: Callable[[str], tuple[str, str]] | None = None


PLAIN = Kind()
PATH = Kind(allowed="the path of a file", split=lambda text: ("", text))
SECRET_FILE = Kind(allowed=PATH.allowed, masked=shown_secret_path, split=PATH.split)
"""The path of a file that holds a password."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a key beside its type and default.

    ``low`` and ``high`` are inclusive bounds of a number (of each element for a list), ``never`` a number between them
    that is not allowed. ``choices`` are the only values allowed. ``lengths`` are the numbers of elements a list may
    have, empty for any; where 1 is among them, a lone element may stand for the list. ``pattern`` is a regular
    expression for the whole of a text, ``allowed`` says in words what the key may be, where bounds and kind do not.
    ``live`` keys are applied on reload, others need a restart. ``remote`` keys may be changed over MQTT, but not to a
    path.
    """

    help: str
    low: float | None = None
    high: float | None = None
    never: float | None = None
    choices: tuple[str | int, ...] = ()
    lengths: tuple[int, ...] = ()
    pattern: str = ""
    allowed: str = ""
    kind: Kind = PLAIN
    live: bool = True
    remote: bool = False


def key(default: object, help: str, **details: Any) -> Any:
    """Declare a configuration key as a dataclass field with its default and its :class:`Details`."""
    return field(default=default, metadata={"details": Details(help=help, **details)})


def declared_of(declared: Field[Any]) -> tuple[Any, Details]:
    """Default and details of a field made by :func:`key`; raises ``TypeError`` for any other field."""
    found = declared.metadata.get("details")
    if not isinstance(found, Details) or declared.default is MISSING:
        raise TypeError(f"field {declared.name} was not declared with key()")
    return declared.default, found
