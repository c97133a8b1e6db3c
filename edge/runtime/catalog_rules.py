"""What the keys of ``models/catalog.toml`` may hold; every violation is named, not only the first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edge.runtime.package_data import package_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_PRECISIONS = ("int8", "fp16", "fp32")
_SHA256_SOURCES = ("verified", "stated")
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A key: whether a value is allowed, what is in words, and whether it may be left out."""

    allows: Callable[[Any], bool]
    wanted: str
    optional: bool = False


def is_name(text: str) -> bool:
    """Whether ``text`` may be the name of a model; names become file names."""
    return re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", text) is not None


def problems_of(where: str, table: object, rules: Mapping[str, Rule]) -> Iterator[str]:
    """Every problem of one table, as a sentence that begins with its place."""
    if not isinstance(table, dict):
        yield f"{where}: not a table"
        return
    yield from (f"{where}: unknown key {key}; it may hold {', '.join(rules)}" for key in table if key not in rules)
    for key, rule in rules.items():
        if key not in table and not rule.optional:
            yield f"{where}: {key} is missing; it must be {rule.wanted}"
        elif key in table and not rule.allows(table[key]):
            yield f"{where}: {key} = {table[key]!r} must be {rule.wanted}"
    if rules is FILE_RULES:
        yield from _contradictions(where, table)


def file_rules(table: object) -> Mapping[str, Rule]:
    """The rules of a file that comes with Edge, or of one that is published elsewhere."""
    return BUNDLED_RULES if isinstance(table, dict) and "bundled" in table else FILE_RULES


def _contradictions(where: str, table: Mapping[str, object]) -> Iterator[str]:
    if ("sha256" in table) != (table.get("hash") in _SHA256_SOURCES):
        yield f"{where}: sha256 belongs to hash = verified or stated, and to no other"
    if ("archive" in table) != ("member" in table):
        yield f"{where}: archive and member belong together"


def _one_of(*choices: str) -> Rule:
    return Rule(lambda value: value in choices, f"one of {', '.join(choices)}")


def _matching(pattern: str, wanted: str, *, optional: bool = False) -> Rule:
    return Rule(
        lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None, wanted, optional=optional
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_size(value: object) -> bool:
    return isinstance(value, list) and len(value) == _PAIR and all(type(one) is int and one >= 0 for one in value)


def _is_normalization(value: object) -> bool:
    return isinstance(value, list) and len(value) == _PAIR and all(map(_is_number, value)) and value[1] > 0


def _is_parts(value: object) -> bool:
    """Names of files or of models, which are lower case letters and digits in any case, joined by _ or -."""
    return isinstance(value, dict) and all(
        isinstance(part, str) and re.fullmatch(r"[a-z0-9_-]+(\.tflite)?", part) for part in value.values()
    )


def _is_labels(value: object) -> bool:
    if not isinstance(value, str) or "/" in value:
        return False
    return value in {"", "inside"} or package_data("labels", value).is_file()


MODEL_RULES: Mapping[str, Rule] = {
    "task": _matching("[a-z]+", "the name of a task"),
    "summary": _matching(".+", "a sentence"),
    "precision": _one_of(*_PRECISIONS),
    "input_px": Rule(_is_size, "[height, width]"),
    "normalization": Rule(_is_normalization, "[mean, std] with std above 0"),
    "labels": Rule(_is_labels, 'inside, "" or a file of models/labels'),
    "accuracy": _matching(".*", 'a text, "" for none'),
    "license": _matching(".+", "the name of a licence"),
    "card": _matching(
        "https://.+|cards/[a-z0-9-]+\\.md", "a link that begins with https://, or a card of models/cards"
    ),
    "runs": Rule(lambda value: value is False, "false, or left out where this version can run it", optional=True),
    "parts": Rule(_is_parts, "roles, each with a member of the bundle or the name of a model", optional=True),
    "lighter": _matching("[a-z0-9-]+", "the name of a model of the same task", optional=True),
    "files": Rule(lambda value: isinstance(value, dict), "tables named cpu and edgetpu"),
}

BUNDLED_RULES: Mapping[str, Rule] = {
    "bundled": _matching("starter/[a-z0-9-]+\\.tflite", "a file of models/starter"),
}

FILE_RULES: Mapping[str, Rule] = {
    "url": _matching(r"https://[^/]+/.+", "a link that begins with https://"),
    "hash": _one_of(*_SHA256_SOURCES, "none"),
    "size_bytes": Rule(lambda value: type(value) is int and value > 0, "a whole number above 0", optional=True),
    "sha256": _matching("[0-9a-f]{64}", "64 hex digits in lower case", optional=True),
    "git_blob": _matching("[0-9a-f]{8,40}", "8 to 40 hex digits in lower case", optional=True),
    "archive": Rule(lambda value: value == "tar.gz", "tar.gz", optional=True),
    "member": _matching("[^/]+", "the name of a file, without folders", optional=True),
}
