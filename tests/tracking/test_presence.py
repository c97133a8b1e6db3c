"""How many people there are, without flicker."""

from __future__ import annotations

from edge.tracking.presence import Presence, PresenceParameters


def counts(reports: list[int], step_s: float = 0.1) -> list[int | None]:
    presence = Presence(PresenceParameters(enter_s=0.2, exit_s=0.5))
    return [presence.update(report, number * step_s) for number, report in enumerate(reports)]


def test_somebody_is_there_after_a_moment() -> None:
    assert counts([1, 1, 1, 1]) == [None, None, 1, 1]


def test_nobody_is_known_as_soon_as_somebody_would_be() -> None:
    assert counts([0, 0, 0, 0]) == [None, None, 0, 0]


def test_a_single_mistake_is_nobody() -> None:
    assert set(counts([0, 1, 0, 0, 1, 0])) == {None, 0}


def test_a_short_absence_does_not_count_a_long_one_does() -> None:
    assert counts([1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0])[-8:] == [1, 1, 1, 1, 1, 1, 0, 0]


def test_a_count_that_wavers_is_at_least_the_lower() -> None:
    assert counts([2, 3, 2, 3, 2, 3])[2] == 2


def test_up_and_down_are_timed_apart() -> None:
    assert counts([1, 1, 1, 2, 0, 0, 2, 2, 1])[-6:] == [1, 1, 1, 1, 1, 1]


def test_after_forgetting_nothing_is_known() -> None:
    presence = Presence(PresenceParameters(enter_s=0.0))
    presence.update(1, 0.0)
    assert (presence.count, presence.present) == (1, True)
    presence.forget()
    assert (presence.count, presence.present) == (None, False)
