"""The frames go on for ever, nobody in them jumps, and each is due for the task that sees them."""

from __future__ import annotations

from itertools import islice, pairwise

import numpy as np
import pytest

from edge.base.rate_limiter import RateLimiter
from edge.benchmark.frames import draw_pictures, endless_frames

SIZE = (64, 48)


def test_pictures_are_of_the_size_that_is_asked_for_and_show_somebody_who_moves() -> None:
    pictures = draw_pictures(SIZE)
    assert {picture.shape for picture in pictures} == {(48, 64, 3)}
    assert all((before != after).any() for before, after in pairwise(pictures))


def test_they_come_forth_and_back_in_time_that_grows() -> None:
    pictures = [np.full((2, 2, 3), level, np.uint8) for level in range(4)]
    frames = list(islice(endless_frames(pictures, 0), 9))
    assert [frame.image[0, 0, 0] for frame in frames] == [0, 1, 2, 3, 2, 1, 0, 1, 2]
    assert [frame.number for frame in frames] == list(range(9))
    steps = {after.timestamp_ns - before.timestamp_ns for before, after in pairwise(frames)}
    assert steps == {125_000_000}


@pytest.mark.parametrize("rate_hz", [0.3, 1.0, 3.0, 5.0, 7.0, 30.0])
def test_each_is_due_for_a_task_with_a_rate(rate_hz: float) -> None:
    pictures = [np.zeros((2, 2, 3), np.uint8)] * 3
    limiter = RateLimiter(rate_hz)
    assert all(limiter.is_due(frame.timestamp_ns) for frame in islice(endless_frames(pictures, rate_hz), 500))
