"""What others have published of a model's latency, to lay one's own figures beside."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.types import Backend


@dataclass(frozen=True, slots=True)
class Published:
    """How long one ``invoke()`` of a catalogue model took somebody else: on which machine, and where that stands."""

    model: str
    backend: Backend
    machine: str
    invoke_ms: float
    source: str


def published_of(model: str) -> tuple[Published, ...]:
    """All that is known of a model of the catalogue, by its name; of any other there is nothing."""
    table = tomllib.loads((files("edge.benchmark") / "published.toml").read_text(encoding="utf-8"))
    return tuple(Published(**entry) for entry in table["latency"] if entry["model"] == model)
