"""A deadline follows what invokes take, within bounds that keep results coming."""

from __future__ import annotations

import pytest

from edge.runtime.edgetpu.deadline import Deadline


def after(*taken_s: float) -> Deadline:
    deadline = Deadline()
    for each in taken_s:
        deadline.took(each, is_switch=False)
    return deadline


@pytest.mark.parametrize(
    ("taken_s", "limit_s"),
    [
        ([], 1.0),
        ([0.007, 0.007], 1.0),
        ([0.007] * 3, 0.1),
        ([0.03] * 3, 0.3),
        ([0.4] * 31, 1.0),
        ([0.02, 0.9, 0.02, 0.02], 0.2),
        ([0.02] * 31 + [0.05] * 16, 0.5),
    ],
)
def test_ten_times_the_median_of_the_last_31_between_100_ms_and_1_s(taken_s: list[float], limit_s: float) -> None:
    assert after(*taken_s).limit_s(is_switch=False) == pytest.approx(limit_s)


def test_invokes_after_another_model_are_judged_apart() -> None:
    deadline = after(*[0.007] * 31)
    assert deadline.limit_s(is_switch=True) == 1.0
    for _ in range(3):
        deadline.took(0.06, is_switch=True)
    assert deadline.limit_s(is_switch=True) == pytest.approx(0.6)
    assert deadline.limit_s(is_switch=False) == 0.1
