"""Labels as events."""

from __future__ import annotations

from itertools import count

from edge.tracking.consensus import Consensus
from edge.tracking.events import LabelEvents


def told(settled: list[Consensus | None]) -> list[tuple[str, str, int]]:
    """Id, type and label of every event, one moment a second."""
    numbers = count(1)
    events = LabelEvents(lambda: str(next(numbers)), update_s=2.0)
    return [
        (event.id, event.type, event.index)
        for time_s, one in enumerate(settled)
        for event in events.update(one, float(time_s))
    ]


WAVE, CLAP = Consensus(3, 1.0), Consensus(5, 4.0)


def test_nothing_is_no_event() -> None:
    assert told([None, None]) == []


def test_a_label_starts_goes_on_and_ends_under_one_id() -> None:
    assert told([None, WAVE, WAVE, WAVE, WAVE, None]) == [("1", "start", 3), ("1", "update", 3), ("1", "end", 3)]


def test_one_label_after_another_ends_before_it_starts() -> None:
    assert told([WAVE, CLAP]) == [("1", "start", 3), ("1", "end", 3), ("2", "start", 5)]


def test_the_same_label_settled_anew_is_another_event() -> None:
    assert [one[1] for one in told([WAVE, Consensus(3, 2.0)])] == ["start", "end", "start"]
