"""What becomes of the rate of a task."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.daemon.governor.measures import LEAST_HZ, LEVELS, cap_hz
from edge.daemon.governor.strain import HIGHEST


@pytest.mark.parametrize(
    ("own_hz", "level", "idle_hz", "cap"),
    [
        (30.0, 0, None, None),
        (30.0, 1, None, 15.0),
        (30.0, 4, None, 3.75),
        (5.0, 4, None, LEAST_HZ),
        (1.0, 4, 2.0, None),
        (30.0, 0, 1.0, 1.0),
        (30.0, 3, 5.0, 5.0),
        (30.0, 4, 5.0, 3.75),
    ],
)
def test_a_bound(own_hz: float, level: int, idle_hz: float | None, cap: float | None) -> None:
    assert cap_hz(own_hz, level, idle_hz) == cap


@given(st.floats(0.1, 240), st.none() | st.floats(1, 240))
def test_a_higher_level_never_lets_a_task_run_more_often(own_hz: float, idle_hz: float | None) -> None:
    bounds = [cap_hz(own_hz, level, idle_hz) or own_hz for level in range(HIGHEST + 1)]
    assert bounds == sorted(bounds, reverse=True)
    assert len(LEVELS) == len(bounds)
