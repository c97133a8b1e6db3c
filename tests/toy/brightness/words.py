"""What a terminal says of brightness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rich.text import Text

from edge.messages.words import percent
from edge.tasks.common.category_words import newest, now, summary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.types import Result

    from .result import BrightnessResult

__all__ = ["best", "found", "lines", "newest", "now", "of_model", "summary"]


def found(result: Result) -> Sequence[str]:
    """The level."""
    return [f"level {cast('BrightnessResult', result).level:.2f}"]


def best(result: Mapping[str, Any]) -> str:
    """The level of a message."""
    return percent(result.get("level"))


def lines(message: Mapping[str, Any]) -> Sequence[Text]:
    """A line with the level."""
    return [Text(f"level {message['level']:.0%}")]


def of_model(_traits: None) -> str:
    """There is nothing to say of a light meter."""
    return ""
