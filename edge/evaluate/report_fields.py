"""What was measured, as fields of JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.evaluate.measured import Measured, Report
    from edge.tasks.common.evaluation.figure import Figure


def as_fields(report: Report) -> dict[str, Any]:
    """One document, see docs/evaluation.md."""
    return {
        "task": report.task,
        "dataset": report.dataset,
        "entries": report.entries,
        "measured": [_measured(one) for one in report.measured],
        "problems": list(report.problems),
    }


def _measured(one: Measured) -> dict[str, Any]:
    return {
        "model": one.model,
        "mode": one.mode,
        "figures": _figures(one.figures),
        "groups": {name: _figures(figures) for name, figures in one.groups.items()},
        "fairness": {
            name: {
                "mean": spread.mean,
                "deviation": spread.deviation,
                "lowest": spread.lowest,
                "highest": spread.highest,
                "greatest_difference": spread.greatest_difference,
            }
            for name, spread in one.fairness().items()
        },
    }


def _figures(figures: Sequence[Figure]) -> dict[str, Any]:
    return {one.name: {"value": one.value, "count": one.count, "of": one.of} for one in figures}
