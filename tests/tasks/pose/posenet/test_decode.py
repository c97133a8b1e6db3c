"""People out of heads: those of known people, and any that a network could give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tasks.pose.posenet.decode import Heads, decode
from tests.tasks.pose.posenet.figures import FIGURE, STRIDE, heads

ROWS, COLUMNS = 23, 31
LEFT, RIGHT = np.array((150, 120), np.float32), np.array((170, 330), np.float32)


def test_a_person_is_found_where_it_is() -> None:
    people = decode(heads((FIGURE + LEFT)[None], ROWS, COLUMNS), most=6)

    assert people.shape == (1, 17, 3)
    np.testing.assert_allclose(people[0, :, :2], FIGURE + LEFT, atol=1e-3)
    assert people[0, :, 2].min() > 0.5


def test_two_people_are_two_and_no_part_is_exchanged() -> None:
    both = np.stack((FIGURE + LEFT, FIGURE + RIGHT))

    people = decode(heads(both, ROWS, COLUMNS), most=6)

    assert len(people) == 2
    for person in both:
        assert min(np.abs(found[:, :2] - person).max() for found in people) < 1e-3


def test_no_more_are_reported_than_wanted() -> None:
    both = np.stack((FIGURE + LEFT, FIGURE + RIGHT))

    assert len(decode(heads(both, ROWS, COLUMNS), most=1)) == 1


def test_nobody_is_found_where_nothing_is_sure() -> None:
    said = heads((FIGURE + LEFT)[None], ROWS, COLUMNS)

    assert decode(replace(said, scores=said.scores * np.float32(0.3)), most=6).shape == (0, 17, 3)


def test_a_lone_keypoint_is_nobody() -> None:
    said = heads((FIGURE + LEFT)[None], ROWS, COLUMNS)
    said.scores[:, :, 1:] = 0

    assert len(decode(said, most=6)) == 0


def test_a_person_without_a_head_begins_elsewhere() -> None:
    said = heads((FIGURE + LEFT)[None], ROWS, COLUMNS)
    said.scores[:, :, :5] = 0

    people = decode(said, most=6)

    assert len(people) == 1
    np.testing.assert_allclose(people[0, 5:, :2], (FIGURE + LEFT)[5:], atol=1e-3)


@given(st.integers(-4, 4), st.integers(-6, 6))
def test_who_moves_by_cells_is_found_that_much_further(down: int, right: int) -> None:
    person = FIGURE + np.array((150, 240), np.float32)
    shift = np.array((down, right), np.float32) * STRIDE / 2

    before, after = (decode(heads((person + by)[None], ROWS, COLUMNS), most=6) for by in (0, shift))

    assert len(before) == len(after) == 1
    np.testing.assert_allclose(after[0, :, :2] - before[0, :, :2], np.tile(shift, (17, 1)), atol=1e-2)


@given(
    st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12), st.sampled_from([0.0, 1.0, 1e2, 1e6, 1e30, 3e38])
)
def test_whatever_a_network_says_gives_people_inside_of_the_input(
    seed: int, rows: int, columns: int, far: float
) -> None:
    random = np.random.default_rng(seed)
    said = Heads(
        random.random((rows, columns, 17), np.float32),
        (random.uniform(-1, 1, (rows, columns, 17, 2)) * far).astype(np.float32),
        (random.uniform(-1, 1, (rows, columns, 32, 2)) * far).astype(np.float32),
        STRIDE,
    )

    people = decode(said, most=6)

    assert people.dtype == np.float32
    assert people.shape[1:] == (17, 3)
    assert len(people) <= 6
    assert np.isfinite(people).all()
    assert (people[..., :2] >= 0).all()
    assert (people[..., :2] <= (np.array((rows, columns)) - 1) * STRIDE).all()
    assert ((people[..., 2] >= 0) & (people[..., 2] <= 1)).all()


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_a_heatmap_without_peaks_is_no_fault(level: float) -> None:
    """Every cell of a plain is as high as its neighbours: many beginnings, at the same place or apart."""
    plain = np.full((ROWS, COLUMNS, 17), level, np.float32)
    nowhere = np.zeros((ROWS, COLUMNS, 32, 2), np.float32)

    people = decode(Heads(plain, nowhere[:, :, :17], nowhere, STRIDE), most=6)

    assert len(people) == (6 if level else 0)
