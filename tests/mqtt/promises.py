"""Every message of every test that listens is held against its schema."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from edge.tasks.schema import load_schema, schema_names
from tests.mqtt.samples import closed, validator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.broker import Seen

_CLAIM = re.compile(r"edge/(.+)/1")
NOT_OURS = {"request"}


def broken(messages: Iterable[Seen]) -> list[str]:
    """What is wrong with those that say they are messages of Edge, a line for each kind of mistake."""
    found = {f"{message.topic}: {mistake}" for message in messages for mistake in _mistakes(message.payload)}
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
