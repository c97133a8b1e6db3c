"""How many people there are, without flicker."""

from __future__ import annotations

from edge.tracking.presence import Presence, PresenceParameters


def counts(reports: list[int], step_s: float = 0.1) -> list[int]:
    presence = Presence(PresenceParameters(enter_s=0.2, exit_s=0.5))
    return [presence.update(report, number * step_s) for number, report in enumerate(reports)]


def test_somebody_is_there_after_a_moment() -> None:
    assert counts([1, 1, 1, 1]) == [0, 0, 1, 1]


def test_a_single_mistake_is_nobody() -> None:
    assert set(counts([0, 1, 0, 0, 1, 0])) == {0}


def test_a_short_absence_does_not_count_a_long_one_does() -> None:
    assert counts([1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0])[-8:] == [1, 1, 1, 1, 1, 1, 0, 0]


def test_a_count_that_wavers_is_at_least_the_lower() -> None:
    assert counts([2, 3, 2, 3, 2, 3])[2] == 2
