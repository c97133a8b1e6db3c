"""Keypoints that are steady and not late."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tracking.geometry import Columns
from edge.tracking.smoothing import KeypointSmoother, SmoothingParameters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SIZE_PX = 300.0
ONE_PIXEL = (1, 1)
"""A picture in which normalised places are pixels."""
PARAMETERS = SmoothingParameters()


def run(
    values: Sequence[complex],
    step_s: float | Sequence[float] = 1 / 30,
    *,
    score: float = 0.8,
    size_px: float = SIZE_PX,
    quantum_px: float = 0.0,
) -> NDArray[np.complex128]:
    """What is shown of ten points that all go one way; pixels."""
    smoother = KeypointSmoother(PARAMETERS)
    steps = [step_s] * len(values) if isinstance(step_s, float) else step_s
    shown = [
        smoother.update(seen([value] * 10, score), ONE_PIXEL, step, size_px, quantum_px)
        for value, step in zip(values, steps, strict=True)
    ]
    return np.array([complex(ys[0], xs[0]) for ys, xs in shown])


def seen(points: Sequence[complex], score: float = 0.8) -> Columns:
    """Points of y + xi."""
    return Columns([point.real for point in points], [point.imag for point in points], [score] * len(points))


def shaking(frames: int, spread_px: float = 3.0) -> NDArray[np.complex128]:
    rng = np.random.default_rng(1)
    return 200 + 200j + rng.normal(0, spread_px, (frames, 10)) + 1j * rng.normal(0, spread_px, (frames, 10))


def test_the_first_place_is_kept() -> None:
    assert run([3 + 7j])[0] == 3 + 7j


def test_a_still_point_stays() -> None:
    assert run([30 + 40j] * 50) == pytest.approx([30 + 40j] * 50)


def test_shaking_of_one_torso_in_a_hundred_is_down_by_80_percent() -> None:
    noise, smoother = shaking(300), KeypointSmoother(PARAMETERS)

    answers = [smoother.update(seen(points), ONE_PIXEL, 1 / 30, SIZE_PX, 1.4) for points in noise.tolist()]
    shown = np.array([np.array(ys) + 1j * np.array(xs) for ys, xs in answers])

    assert np.abs(np.diff(shown[30:], axis=0)).mean() < 0.2 * np.abs(np.diff(noise[30:], axis=0)).mean()


@pytest.mark.parametrize("rate_hz", [30.0, 10.0])
def test_a_steady_motion_is_hardly_late(rate_hz: float) -> None:
    """At one person size a second, after a second, less than 15 ms."""
    step_s = 1 / rate_hz
    places = [SIZE_PX * step_s * i for i in range(int(2 * rate_hz))]

    behind_s = (places[-1] - run(places, step_s)[-1].real) / SIZE_PX

    assert abs(behind_s) < 0.015


def test_a_swing_of_one_hertz_is_followed_within_40_ms() -> None:
    times_s = np.arange(0, 6, 1 / 30)
    swing = 100 * np.sin(2 * np.pi * times_s)

    shown = run(list(swing)).real

    lags_s = np.arange(0, 0.2, 0.002)
    errors = [np.abs(shown[60:] - 100 * np.sin(2 * np.pi * (times_s[60:] - lag_s))).mean() for lag_s in lags_s]
    assert lags_s[int(np.argmin(errors))] < 0.04


def test_steps_may_be_uneven() -> None:
    steps_s = [0.033, 0.1, 0.066, 0.2, 0.033, 0.133] * 10
    places = list(np.cumsum(steps_s) * SIZE_PX)

    behind_s = (places[-1] - run(places, steps_s)[-1].real) / SIZE_PX

    assert abs(behind_s) < 0.03


def test_a_mistake_of_one_frame_hardly_shows() -> None:
    places: list[complex] = [100 + 100j] * 30 + [180 + 100j] + [100 + 100j] * 10

    assert np.abs(run(places) - (100 + 100j)).max() < 0.15 * 80


def test_a_jump_that_lasts_is_followed_within_half_a_second() -> None:
    places: list[complex] = [100 + 100j] * 30 + [180 + 100j] * 15

    assert abs(run(places)[-1] - (180 + 100j)) < 8


def test_a_weak_point_follows_more_slowly() -> None:
    places = [100.0] * 30 + [120.0] * 5

    assert run(places, score=0.1)[-1].real < run(places, score=0.8)[-1].real


def test_within_one_quantum_a_still_point_stays_put() -> None:
    places = [100 + (0.9 if i % 7 == 0 else 0.0) for i in range(90)]

    assert np.ptp(run(places, quantum_px=1.4).real) == 0


def test_the_dead_band_adds_no_lag_to_a_moving_point() -> None:
    places = [SIZE_PX * i / 30 for i in range(60)]

    assert run(places, quantum_px=2.0)[-10:] == pytest.approx(run(places)[-10:], abs=0.05)


def test_a_person_twice_as_large_is_smoothed_alike() -> None:
    places = [0.0, 10.0, 15.0, 10.0, 30.0, 60.0, 90.0]

    small = run(places, 0.05)
    large = run([2 * place for place in places], 0.05, size_px=2 * SIZE_PX)

    assert large == pytest.approx(2 * small, rel=1e-4)


def test_no_time_between_two_places_starts_anew() -> None:
    assert run([0.0, 50.0], [0.1, 0.0])[-1] == 50


@given(
    st.lists(st.tuples(st.floats(-1000, 2000), st.floats(-1000, 2000)), min_size=1, max_size=40),
    st.floats(0.001, 0.5),
    st.floats(0, 1),
)
def test_whatever_comes_the_answer_is_finite_and_near_it(
    places: list[tuple[float, float]], step_s: float, score: float
) -> None:
    values = [complex(y, x) for y, x in places]
    shown = run(values, step_s, score=score)

    assert np.isfinite(shown).all()
    assert np.abs(shown).max() <= 3 * max(abs(value) for value in values) + 1e-3
