"""What Home Assistant shows of brightness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common import discovery as common

if TYPE_CHECKING:
    from edge.tasks.common.discovery import Component


def entities(topics: str) -> dict[str, Component]:
    """What has settled, and its events."""
    return common.label("brightness", topics)


def triggers(topics: str) -> dict[str, Component]:
    """It has become dark, dim or bright, or is it no more."""
    return common.triggers("brightness", "Brightness", "began", "ended", topics)
