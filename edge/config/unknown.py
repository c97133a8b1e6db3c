"""What is said of a key or section that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.config.words import closest, listed, shown_key
from edge.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.config.schema import Schema


def unknown_key(schema: Schema, path: str, where: str = "") -> Problem:
    """The problem of a key that does not exist, with those that were probably meant."""
    return Problem(f"unknown key{_did_you_mean(_similar(schema, path))}", where, shown_key(path))


def unknown_section(schema: Schema, section: str, where: str = "") -> Problem:
    """The problem of a section that does not exist, with the one that was probably meant."""
    likely = closest(section, schema.sections)
    guesses = [f"[{likely}]"] if likely else []
    return Problem(f"unknown section{_did_you_mean(guesses)}", where, f"[{shown_key(section)}]")


def _similar(schema: Schema, path: str) -> list[str]:
    """Keys like ``path``: first in its own section, then of the same name elsewhere, then of a name like it."""
    section, _, name = path.rpartition(".")
    near = closest(name, (key.name for key in schema.of_section(section)))
    if near:
        return [f"{section}.{near}"]
    alike = closest(name, (key.name for key in schema.keys.values()), similarity=0.8)
    return [known for known, key in schema.keys.items() if key.name == alike]


def _did_you_mean(guesses: Sequence[str]) -> str:
    return f" (did you mean {listed(guesses)}?)" if guesses else ""
