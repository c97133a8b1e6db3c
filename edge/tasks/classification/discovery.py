"""What Home Assistant shows of classification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common import discovery as common

if TYPE_CHECKING:
    from edge.tasks.common.discovery import Component


def entities(topics: str) -> dict[str, Component]:
    """The settled label, and its events."""
    return common.label("classification", topics)


def triggers(topics: str) -> dict[str, Component]:
    """A label began or ended."""
    return common.triggers("classification", "Classification", "began", "ended", topics)
