"""What a terminal says of categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rich.text import Text

from edge.base.text import printable
from edge.messages.words import NOTHING, percent, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.runtime.labels import Labels
    from edge.tasks.common.category_result import CategoryResult
    from edge.types import Result

_BAR = 20


def found(result: Result) -> Sequence[str]:
    """Each category with its score."""
    categories = cast("CategoryResult", result).categories
    return [f"{one.display_name} {one.score:.2f}" for one in categories] or ["nothing above the threshold"]


def of_model(labels: Labels) -> str:
    """How many classes it knows by name."""
    return f"{len(labels.category_names)} labels for as many classes"


def now(state: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """The settled label."""
    settled = (state or result).get("settled")
    return plain(settled.get("category_name")) if isinstance(settled, dict) else "nothing settled"


def best(result: Mapping[str, Any]) -> str:
    """The best category of a result and its score."""
    categories = result.get("categories")
    first = categories[0] if isinstance(categories, list) and categories else None
    if not isinstance(first, dict):
        return NOTHING
    return f"{plain(first.get('display_name') or first.get('category_name'))} {percent(first.get('score'))}"


def newest(message: Mapping[str, Any]) -> str:
    """The settled label."""
    settled = message["settled"]
    return "not settled" if settled is None else str(settled["category_name"])


def lines(message: Mapping[str, Any]) -> Sequence[Text]:
    """A line with a bar for each category."""
    settled = message["settled"] and message["settled"]["category_name"]
    return [_line(category, is_settled=category["category_name"] == settled) for category in message["categories"]]


def summary(result: Result) -> str:
    """The settled label; empty where none is."""
    settled = cast("CategoryResult", result).settled
    return "" if settled is None else settled.category_name.replace("_", " ")


def _line(category: Mapping[str, Any], *, is_settled: bool) -> Text:
    filled = round(max(0.0, min(1.0, category["score"])) * _BAR)
    color = "green" if is_settled else "white"
    return Text.assemble(
        (f"{printable(category['display_name'])[:23]:<25}", color), ("━" * filled, color),
        ("─" * (_BAR - filled), "bright_black"),
        f" {category['score']:4.0%}", ("  settled" if is_settled else "", "green")
    )  # fmt: skip
