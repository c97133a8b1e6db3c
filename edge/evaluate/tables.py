"""What was measured, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from edge.base.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.evaluate.fairness import Spread
    from edge.evaluate.measured import Measured, Report
    from edge.tasks.common.evaluation.figure import Figure

_NONE = "-"
_SPREAD = ("mean", "deviation", "range", "greatest difference")


def tables(report: Report) -> Iterator[Table]:
    """For each mode a table with a row for each model, then one of the groups for each model."""
    for mode in dict.fromkeys(one.mode for one in report.measured):
        alike = [one for one in report.measured if one.mode == mode]
        yield _models(mode, alike)
        yield from (_groups(one) for one in alike if one.groups)


def shown(value: float | None) -> str:
    """A figure in three digits after the point."""
    return _NONE if value is None else f"{value:.3f}"


def spread_rows(one: Measured) -> list[tuple[str, tuple[str, ...]]]:
    """How far the groups are apart: a name and a value for each figure; none of fewer than two groups."""
    fairness = one.fairness()
    spreads = [_spread(fairness.get(figure.name)) for figure in one.figures]
    return [(row[0], row[1:]) for row in zip(_SPREAD, *spreads, strict=True)] if fairness else []


def _models(mode: str, measured: Sequence[Measured]) -> Table:
    table = _table(mode, "model", measured[0].figures)
    for one in measured:
        table.add_row(Text(printable(one.model)), *_values(one.figures))
    return table


def _groups(one: Measured) -> Table:
    table = _table(f"{one.mode}, {printable(one.model)}", "group", one.figures)
    for name, figures in one.groups.items():
        table.add_row(Text(printable(name)), *_values(figures))
    table.add_section()
    for name, values in spread_rows(one):
        table.add_row(name, *values)
    return table


def _spread(spread: Spread | None) -> tuple[str, ...]:
    if spread is None:
        return (_NONE,) * len(_SPREAD)
    reach = f"{shown(spread.lowest)}-{shown(spread.highest)}"
    return shown(spread.mean), shown(spread.deviation), reach, shown(spread.greatest_difference)


def _table(title: str, first: str, figures: Sequence[Figure]) -> Table:
    table = Table(title=Text(title), title_justify="left", box=None, padding=(0, 2, 0, 0))
    table.add_column(first, overflow="fold")
    for figure in figures:
        table.add_column(f"{figure.name}\n{figure.of}", justify="right", no_wrap=True)
    return table


def _values(figures: Sequence[Figure]) -> list[str]:
    return [f"{shown(figure.value)}\n{figure.count}" for figure in figures]
