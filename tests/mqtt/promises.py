"""What every test hears is held against the schemas: each message, and of many that are alike the first ones."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

from edge.tasks.schema import load_schema, schema_names
from tests.mqtt.samples import closed, validator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.broker import Seen

_CLAIM = re.compile(r"edge/(.+)/1")
NOT_OURS = {"request"}
_DIGITS = re.compile(rb"\d+")
_ENOUGH = 20
"""So many of those that differ in nothing but figures; a camera's results come by the thousand."""


def broken(messages: Iterable[Seen]) -> list[str]:
    """What is wrong with those that say they are messages of Edge, a line for each kind of mistake."""
    found: set[str] = set()
    alike: Counter[tuple[str, bytes]] = Counter()
    for message in messages:
        likeness = message.topic, _DIGITS.sub(b"0", message.payload)
        alike[likeness] += 1
        if alike[likeness] <= _ENOUGH:
            found |= {f"{message.topic}: {mistake}" for mistake in _mistakes(message.payload)}
    return sorted(found)


def _mistakes(payload: bytes) -> list[str]:
    message = _read(payload)
    claim = _CLAIM.fullmatch(str(message.get("schema", "")))
    if claim is None or claim[1] in NOT_OURS:
        return []
    if claim[1] not in schema_names():
        return [f"there is no schema {claim[0]}"]
    return [f"{error.json_path}: {error.message}" for error in _validator(claim[1]).iter_errors(message)]


def _read(payload: bytes) -> dict[str, Any]:
    try:
        message = json.loads(payload)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


@cache
def _validator(name: str) -> Any:
    return validator(closed(load_schema(name)))
