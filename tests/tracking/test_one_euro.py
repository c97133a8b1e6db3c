"""The One Euro filter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tracking.one_euro import OneEuroFilter, OneEuroParameters

PARAMETERS = OneEuroParameters(min_cutoff_hz=1.0, beta=8.0, derivative_cutoff_hz=2.0)


def run(values: list[float], step_s: float, scale: float = 1.0) -> list[float]:
    """The filter's answers to values at even steps."""
    one_euro = OneEuroFilter(PARAMETERS)
    return [float(one_euro.update(np.array([value], np.float32), step_s, scale)[0]) for value in values]


def test_the_first_value_is_kept() -> None:
    assert run([0.7], 1 / 30) == [pytest.approx(0.7)]


def test_a_constant_stays() -> None:
    assert run([0.3] * 50, 1 / 30) == pytest.approx([0.3] * 50)


def test_noise_on_a_still_point_shrinks() -> None:
    noise = np.random.default_rng(1).normal(0.5, 0.002, 300)

    smooth = np.array(run(noise.tolist(), 1 / 30))

    assert np.abs(np.diff(smooth[30:])).mean() < 0.35 * np.abs(np.diff(noise[30:])).mean()


def test_a_fast_point_is_followed_closely() -> None:
    """At one person size a second the filter is less than 20 ms behind."""
    step_s = 1 / 30
    positions = [step_s * i for i in range(60)]

    behind_s = positions[-1] - run(positions, step_s)[-1]

    assert 0 <= behind_s < 0.02


def test_the_same_motion_at_half_the_frame_rate_lags_alike_in_seconds() -> None:
    lags = [(60 * s - s) - run([s * i for i in range(60)], s)[-1] for s in (1 / 30, 1 / 15)]

    assert lags[0] == pytest.approx(lags[1], abs=0.005)


def test_no_time_between_two_values_starts_anew() -> None:
    one_euro = OneEuroFilter(PARAMETERS)
    one_euro.update(np.array([0.0], np.float32), 0.1, 1.0)

    assert one_euro.update(np.array([9.0], np.float32), 0.0, 1.0).tolist() == [9.0]


def test_a_person_twice_as_large_is_smoothed_alike() -> None:
    small = run([0.0, 0.1, 0.15, 0.1, 0.3], 0.05, scale=0.5)
    large = run([0.0, 0.2, 0.3, 0.2, 0.6], 0.05, scale=1.0)

    assert np.array(large) == pytest.approx(np.array(small) * 2, abs=1e-6)


@given(st.lists(st.floats(-1, 2), min_size=1, max_size=40), st.floats(0.001, 1))
def test_the_answer_never_leaves_the_range_of_the_input(values: list[float], step_s: float) -> None:
    for i, value in enumerate(run(values, step_s)):
        assert min(values[: i + 1]) - 1e-4 <= value <= max(values[: i + 1]) + 1e-4
