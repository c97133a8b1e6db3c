"""One figure of how good a model is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric by the field's name, and its value over ``count`` things (``of``: "people"); None where none counts."""

    name: str
    value: float | None
    count: int
    of: str


def mean_figure(name: str, values: list[float], of: str) -> Figure:
    """The mean of ``values``."""
    mean = sum(values) / len(values) if values else None
    return Figure(name, mean, len(values), of)
