from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.starter.crowds import SIZE, Crowd, Somebody
from bench.starter.several import Score

if TYPE_CHECKING:
    from edge.types import FloatArray


def somebody(column: float) -> FloatArray:
    """``(17, 3) float32``, normalised, all around a column of the picture."""
    rng = np.random.default_rng(3)
    places = (0.5, column) + (rng.random((17, 2)) - 0.5) * 0.2
    return np.hstack((places, np.full((17, 1), 0.9))).astype(np.float32)


def crowd(*columns: float) -> Crowd:
    in_pixels = np.array((SIZE[1], SIZE[0], 2), np.float32)
    people = tuple(Somebody(np.ceil(somebody(column) * in_pixels), 10_000.0) for column in columns)
    return Crowd(np.zeros((SIZE[1], SIZE[0], 3), np.uint8), people)


def test_who_is_reported_where_they_are_is_found() -> None:
    score = Score()
    score.take(crowd(0.3, 0.7), np.stack([somebody(0.7), somebody(0.3)]), 1.0)

    assert (score.recall, score.others) == (1.0, 0)
    assert score.similarities == pytest.approx([1, 1], abs=0.02)


def test_one_report_is_of_one_person_and_the_same_again_is_another() -> None:
    score = Score()
    score.take(crowd(0.3, 0.7), np.stack([somebody(0.3), somebody(0.3)]), 1.0)

    assert (score.recall, score.others) == (0.5, 1)


def test_who_would_not_be_shown_is_not_reported() -> None:
    faint = somebody(0.3)
    faint[:, 2] = 0.1
    score = Score()
    score.take(crowd(0.3), faint[None], 1.0)

    assert (score.recall, score.others) == (0.0, 0)


def test_where_nobody_is_all_are_others() -> None:
    score = Score()
    score.take(crowd(), somebody(0.3)[None], 1.0)

    assert score.cells() == ("", "", "1.00")
