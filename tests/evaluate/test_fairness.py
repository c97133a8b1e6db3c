"""How far groups are apart, checked by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.evaluate.fairness import spread
from edge.evaluate.measured import Measured
from edge.tasks.common.evaluation.figure import Figure


def test_the_spread_of_three_groups() -> None:
    found = spread([0.75, 0.5, 1.0])
    assert found is not None
    assert found.mean == 0.75
    assert found.deviation == pytest.approx(math.sqrt((0 + 0.25**2 + 0.25**2) / 3))
    assert (found.lowest, found.highest, found.greatest_difference) == (0.5, 1.0, 0.5)


@pytest.mark.parametrize("values", [[], [0.5]])
def test_fewer_than_two_groups_have_none(values: list[float]) -> None:
    assert spread(values) is None


@given(st.lists(st.floats(0, 1), min_size=2))
def test_the_mean_lies_in_the_range_and_no_group_is_further_from_it_than_the_range_is_wide(values: list[float]) -> None:
    found = spread(values)
    assert found is not None
    assert found.lowest - 1e-9 <= found.mean <= found.highest + 1e-9
    assert found.deviation <= found.greatest_difference + 1e-9


def test_a_group_without_a_figure_is_left_out_of_its_spread() -> None:
    def figures(value: float | None) -> tuple[Figure, ...]:
        return (Figure("top-1", value, 1, "pictures"),)

    measured = Measured("m", "picture", figures(0.5), {"a": figures(0.25), "b": figures(None), "c": figures(0.75)})
    assert measured.fairness() == {"top-1": spread([0.25, 0.75])}
