"""What speaks for a person whom a model reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.tracking.evidence import Evidence, EvidenceParameters, sureness
from edge.tracking.people import PeopleTracker
from edge.tracking.person import PeopleParameters
from tests.tracking.test_people import PICTURE, at, people

if TYPE_CHECKING:
    import numpy as np

LIMITS = EvidenceParameters(enter=0.36, enough=0.5, doubt=0.15, exit=0.3)
ASKING = PeopleParameters(smoothing=None, evidence=LIMITS)


def scored(*, sure: float, others: float) -> list[np.ndarray]:
    """Somebody with so sure a shoulder, hip and knee on each side."""
    person = at(0.5)
    person[:, 2] = others
    person[[5, 6, 11, 12, 13, 14], 2] = sure
    return people(person)


def shown(tracker: PeopleTracker, persons: list[np.ndarray], time_s: float) -> int:
    return len(tracker.update(persons, time_s, PICTURE))


@given(st.lists(st.floats(0, 1), min_size=17, max_size=17))
def test_the_surest_keypoints_speak_for_a_person(scores: list[float]) -> None:
    assert min(scores) - 1e-9 <= sureness(scores) <= max(scores) + 1e-9
    assert sureness(scores) >= sum(scores) / 17 - 1e-9


def test_half_a_person_is_as_sure_as_a_whole_one() -> None:
    assert sureness([0.8] * 6 + [0.0] * 11) == pytest.approx(0.8)


def test_evidence_is_averaged_over_time_not_frames() -> None:
    slowly, quickly = Evidence(1.0, 0.0), Evidence(1.0, 0.0)
    slowly.add(0.0, 0.5)
    for step in range(1, 11):
        quickly.add(0.0, step * 0.05)

    assert quickly.average == pytest.approx(slowly.average)
    assert 0 < slowly.average < 0.3


def test_all_keypoints_a_little_are_nobody() -> None:
    tracker = PeopleTracker(ASKING, single=True)

    assert [shown(tracker, scored(sure=0.25, others=0.25), time_s) for time_s in (0.0, 0.3, 0.6, 0.9)] == [0, 0, 0, 0]


def test_somebody_beyond_doubt_is_there_at_once() -> None:
    assert shown(PeopleTracker(ASKING, single=True), scored(sure=0.7, others=0.1), 0.0) == 1


@pytest.mark.parametrize(("sure", "looks"), [(0.66, 1), (0.6, 2), (0.56, 3), (0.54, 4), (0.52, 8)])
def test_the_less_sure_somebody_is_the_more_looks_it_takes(sure: float, looks: int) -> None:
    tracker = PeopleTracker(ASKING, single=True)
    answers = [shown(tracker, scored(sure=sure, others=0.1), 0.2 * look) for look in range(10)]

    assert answers.index(1) + 1 == looks
    assert all(answers[looks:])


def test_looks_that_say_little_never_are_enough() -> None:
    """However long a plant looks a little like somebody."""
    tracker = PeopleTracker(ASKING, single=True)

    assert not any(shown(tracker, scored(sure=0.48, others=0.1), 0.2 * look) for look in range(500))


def test_whoever_comes_where_a_plant_was_doubted_is_there_at_last() -> None:
    tracker = PeopleTracker(ASKING, single=True)
    for look in range(500):
        shown(tracker, scored(sure=0.4, others=0.1), 0.2 * look)

    assert shown(tracker, scored(sure=0.7, others=0.1), 100.0) == 1


def test_a_moment_counts_as_one_look() -> None:
    evidence = Evidence(0.6, 1.0)
    evidence.add(0.6, 1.0)
    assert not evidence.is_enough(LIMITS)

    evidence.add(0.6, 1.1)
    assert evidence.is_enough(LIMITS)


def test_one_who_is_doubted_once_more_begins_anew() -> None:
    tracker = PeopleTracker(ASKING, single=True)
    shown(tracker, scored(sure=0.6, others=0.1), 0.0)
    shown(tracker, scored(sure=0.2, others=0.2), 0.2)

    assert shown(tracker, scored(sure=0.6, others=0.1), 0.3) == 0


def test_in_the_first_picture_of_a_subject_who_is_sure_enough_is_there() -> None:
    """It may be a photograph, after which there is no moment."""
    tracker = PeopleTracker(ASKING, single=True)
    tracker.restart()

    assert shown(tracker, scored(sure=0.4, others=0.1), 0.0) == 1


def test_somebody_known_may_be_unsure_for_a_moment_and_not_for_long() -> None:
    tracker = PeopleTracker(ASKING, single=True)
    shown(tracker, scored(sure=0.7, others=0.1), 0.0)
    unsure = [shown(tracker, scored(sure=0.2, others=0.2), 0.1 * step) for step in range(1, 11)]

    assert unsure[0] == 1
    assert unsure[-1] == 0


def test_who_is_doubted_is_where_to_look_next() -> None:
    tracker = PeopleTracker(ASKING, single=True)
    shown(tracker, scored(sure=0.4, others=0.1), 0.0)

    assert len(tracker.doubted) == 1
    shown(tracker, people(), 0.1)
    assert not tracker.doubted
