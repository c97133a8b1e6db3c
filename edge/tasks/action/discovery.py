"""What Home Assistant shows of action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common import discovery as common

if TYPE_CHECKING:
    from edge.tasks.common.discovery import Component


def entities(topics: str) -> dict[str, Component]:
    """The settled label, and its events."""
    return common.label("action", topics)


def triggers(topics: str) -> dict[str, Component]:
    """A label began or ended."""
    return common.triggers("action", "Action", "began", "ended", topics)
