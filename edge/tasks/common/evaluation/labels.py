"""Labelled classes: which of a model's categories is the true one, and which place it took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from edge.tasks.common.evaluation.figure import mean_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tasks.common.category_result import CategoryResult
    from edge.tasks.common.evaluation.entry import Entry
    from edge.tasks.common.evaluation.figure import Figure
    from edge.types import Category, Result

TOP = (1, 5)


@dataclass(frozen=True, slots=True)
class TrueLabel:
    """The name of the true class and, where it is known, its number in the model's output."""

    name: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The true class came as number ``place`` (1 is first) of ``classes``; ``is_settled``: it was the settled label."""

    place: int
    classes: int
    is_settled: bool = False


def label_of(entry: Entry) -> TrueLabel:
    """What a label says.

    Raises:
        ValueError: it says nothing.
    """
    if not entry.label and entry.index is None:
        raise ValueError("has no label")
    return TrueLabel(entry.label, entry.index)


def place(result: Result, truth: TrueLabel) -> Place:
    """The place of the true class in a result that has all classes in it.

    Raises:
        ValueError: there is no such class, or several of that name.
    """
    own = cast("CategoryResult", result)
    true = true_category(own.categories, truth)
    settled = own.settled is not None and own.settled.category_name == true.category_name
    return Place(own.categories.index(true) + 1, len(own.categories), settled)


def true_category(categories: Sequence[Category], truth: TrueLabel) -> Category:
    """The one that the truth speaks of: by its number, else by its whole name or one of the names between commas.

    Case, and ``_`` for a space, make no difference.

    Raises:
        ValueError: there is none, or several have that name.
    """
    if truth.index is not None:
        found = [one for one in categories if one.index == truth.index]
        said = f"class {truth.index}"
    else:
        wanted = _plain(truth.name)
        found = [one for one in categories if _plain(one.category_name) == wanted]
        found = found or [one for one in categories if wanted in _names(one)]
        said = f"label {truth.name!r}"
    if not found:
        raise ValueError(f"{said} is no class of the model")
    if len(found) > 1:
        numbers = ", ".join(str(one.index) for one in sorted(found, key=lambda one: one.index))
        raise ValueError(f"{said} is the name of several classes, {numbers}; say which in a column index")
    return found[0]


def top_figures(places: Sequence[Place], of: str) -> tuple[Figure, ...]:
    """Top-1 and top-5 accuracy; of a model with five classes or fewer the latter would say nothing."""
    return tuple(
        mean_figure(f"top-{top}", [float(one.place <= top) for one in places], of)
        for top in TOP
        if top == 1 or any(one.classes > top for one in places)
    )


def _names(category: Category) -> set[str]:
    return {_plain(part) for part in category.category_name.split(",")}


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").casefold().split())
