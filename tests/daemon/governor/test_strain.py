"""How far the appliance is held back: one level at a time, with hysteresis in what is read and in time."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.daemon.governor.strain import HIGHEST, LONGEST_RELAX_S, Limits, Position, Readings, step, strains_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LIMITS = Limits(hot_c=75.0, cool_c=68.0, max_queue_age_s=0.5, step_s=10.0, relax_s=60.0)
READINGS = st.builds(
    Readings,
    temperature_c=st.none() | st.sampled_from([40.0, 68.0, 70.0, 74.9, 75.0, 90.0]),
    is_slowed=st.booleans(),
    is_voltage_low=st.booleans(),
    queue_age_s=st.none() | st.sampled_from([0.0, 0.25, 0.4, 0.6]),
)


def positions(readings: Sequence[Readings]) -> list[Position]:
    """What is decided second after second."""
    found = [Position()]
    for second, one in enumerate(readings):
        found.append(step(found[-1], one, LIMITS, float(second)))
    return found[1:]


def levels(*temperatures_c: float) -> list[int]:
    return [one.level for one in positions([Readings(temperature_c=celsius) for celsius in temperatures_c])]


def changes(levels: Sequence[int]) -> list[tuple[int, int]]:
    """Seconds at which the level changed, and by how much."""
    return [(second, after - before) for second, (before, after) in enumerate(pairwise(levels), 1) if after != before]


def test_heat_that_lasts_takes_one_level_after_the_other_and_coolness_gives_them_back() -> None:
    found = changes(levels(*[80.0] * 25, *[60.0] * 130))
    assert found == [(10, 1), (20, 1), (25 + 60, -1), (25 + 120, -1)]


def test_a_moment_of_heat_is_nothing_and_between_the_limits_all_stays() -> None:
    assert set(levels(*[80.0] * 9, *[70.0] * 100)) == {0}
    assert changes(levels(*[80.0] * 11, *[70.0] * 1000)) == [(10, 1)]


@pytest.mark.parametrize(
    ("readings", "strains"),
    [
        (Readings(), ()),
        (Readings(temperature_c=75.0), ("temperature",)),
        (Readings(is_slowed=True, is_voltage_low=True), ("throttled", "under_voltage")),
        (Readings(queue_age_s=0.51), ("queue_age",)),
    ],
)
def test_each_limit_has_its_name(readings: Readings, strains: tuple[str, ...]) -> None:
    assert strains_of(readings, LIMITS) == strains


def test_what_has_led_to_a_level_is_known_as_long_as_it_lasts() -> None:
    found = positions([Readings(is_voltage_low=True)] * 11 + [Readings()] * 70)
    assert (found[10].level, found[10].strains) == (1, ("under_voltage",))
    assert (found[60].level, found[60].strains) == (1, ("under_voltage",))
    assert (found[-1].level, found[-1].strains) == (0, ())


@given(st.lists(st.tuples(READINGS, st.integers(1, 200)), max_size=12))
def test_whatever_is_read_steps_are_single_and_far_apart(spells: list[tuple[Readings, int]]) -> None:
    readings = [one for one, seconds in spells for _ in range(seconds)]
    decided = [0, *(position.level for position in positions(readings))]
    assert all(0 <= level <= HIGHEST for level in decided)
    moments = changes(decided)
    assert all(abs(by) == 1 for _, by in moments)
    for (before_s, _), (after_s, by) in pairwise(moments):
        assert after_s - before_s >= (LIMITS.step_s if by > 0 else LIMITS.relax_s)


@given(READINGS, READINGS)
def test_what_stays_as_it_is_never_turns_the_level_round(first: Readings, then: Readings) -> None:
    for found in (changes([one.level for one in positions([first] * 50 + [then] * 400)]),):
        later = {by for second, by in found if second > 50}
        assert len(later) <= 1


@pytest.mark.parametrize("room_c", [20.0, 30.0, 35.0, 40.0, 45.0])
def test_a_machine_that_warms_and_cools_rests_in_the_end(room_c: float) -> None:
    """One that is too hot at a level and cool at the next would go to and fro for ever: it is let rest ever longer."""
    found = changes(simulated(20 * 3600, lambda level: room_c + 48.0 / (1 + level)))
    turns = [second for (second, by), (_, following) in pairwise(found) if by > 0 > following]
    assert len(turns) <= 24
    assert sum(second > 10 * 3600 for second in turns) <= 10 * 3600 / LONGEST_RELAX_S + 1


def simulated(seconds: int, rests_at_c: Callable[[int], float], time_constant_s: float = 120.0) -> list[int]:
    """Levels of a machine that approaches a temperature which hangs on the level."""
    celsius, position, found = rests_at_c(0), Position(), list[int]()
    for second in range(seconds):
        celsius += (rests_at_c(position.level) - celsius) / time_constant_s
        position = step(position, Readings(temperature_c=celsius), LIMITS, float(second))
        found.append(position.level)
    return found
