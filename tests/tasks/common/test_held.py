from __future__ import annotations

import pytest

from edge.tasks.common.held import Held

S = 1_000_000_000


def test_a_size_grows_at_once_and_shrinks_after_five_seconds_without_need() -> None:
    held = Held()
    course = [(0, 20), (1, 30), (2, 20), (5, 30), (9, 20), (10, 20), (11, 20)]
    assert [held.update(needed, second * S) for second, needed in course] == [20, 30, 30, 30, 30, 20, 20]


@pytest.mark.parametrize("second", [-1, 100])
def test_a_step_back_or_a_gap_ends_it(second: int) -> None:
    held = Held()
    held.update(30, 0)
    assert held.update(20, second * S) == 20
