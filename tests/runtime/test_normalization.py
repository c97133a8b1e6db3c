"""Which means and deviations can be used."""

from __future__ import annotations

import math

import pytest

from edge.runtime.normalization import Normalization


@pytest.mark.parametrize(
    ("mean", "std"), [((0.0,), (255.0,)), ((1.0, 2.0, 3.0), (4.0, 5.0, 6.0)), ((0.0,), (4.0, 5.0, 6.0))]
)
def test_one_number_or_three_can_be_used(mean: tuple[float, ...], std: tuple[float, ...]) -> None:
    assert Normalization(mean, std).problem == ""


@pytest.mark.parametrize(
    ("mean", "std", "problem"),
    [
        ((1.0, 2.0), (1.0,), "2 numbers for the mean of 3 channels"),
        ((1.0,), (1.0, 2.0, 3.0, 4.0), "4 numbers for the std of 3 channels"),
        ((), (1.0,), "0 numbers for the mean"),
        ((math.nan,), (1.0,), "a mean that is no number"),
        ((1.0,), (1.0, math.inf, 1.0), "a std that is no number"),
        ((1.0,), (0.0,), "a std that is not above 0"),
        ((1.0,), (1.0, 1.0, -1.0), "a std that is not above 0"),
    ],
)
def test_what_cannot_be_used_is_named(mean: tuple[float, ...], std: tuple[float, ...], problem: str) -> None:
    assert Normalization(mean, std).problem.startswith(problem)
