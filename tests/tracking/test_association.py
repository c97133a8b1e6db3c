"""Who is whom."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.tracking.association import best_pairs, doubles, similarity
from edge.tracking.geometry import box_around, columns, extent
from tests.tracking.test_crop import standing


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10_000))
def test_the_pairs_are_the_best_there_are(rows: int, columns: int, seed: int) -> None:
    likeness = np.random.default_rng(seed).uniform(0, 1, (rows, columns)).astype(np.float32)
    usable = np.where(likeness >= 0.3, likeness, 0.0)
    wide = usable if rows <= columns else usable.T

    best = max(
        sum(wide[row, column] for row, column in enumerate(order))
        for order in permutations(range(wide.shape[1]), wide.shape[0])
    )

    pairs = best_pairs(likeness, 0.3)
    assert abs(sum(likeness[row, column] for row, column in pairs.items()) - best) < 1e-5
    assert len(set(pairs.values())) == len(pairs)
    assert all(likeness[row, column] >= 0.3 for row, column in pairs.items())


def test_greedy_pairs_would_leave_somebody_alone() -> None:
    assert best_pairs(np.array([[0.9, 0.8], [0.85, 0.1]], np.float32), 0.2) == {0: 1, 1: 0}


def test_a_person_is_like_itself_and_less_like_one_a_step_away() -> None:
    person = standing()
    moved = person.copy()
    moved[:, 1] += 0.05

    assert similarity(person, person, 0.3, 0.2) == 1
    assert 0 < similarity(person, moved, 0.3, 0.2) < 1


def test_the_second_report_of_a_person_is_a_double() -> None:
    person, other = standing(0.5), standing(0.5)
    other[:, 1] += 0.3
    again = person + np.float32(0.005)
    people = [person, other, again]

    assert doubles([box_around(extent(columns(one), 0.2)) for one in people], people, 0.55, 0.2) == {2}
