"""Identities and steady keypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.tracking.one_euro import OneEuroParameters
from edge.tracking.people import PeopleParameters, PeopleTracker
from tests.tracking.test_crop import standing

if TYPE_CHECKING:
    from edge.types import FloatArray

PLAIN = PeopleParameters(max_gap_s=1.0, smoothing=None)
SMOOTH = PeopleParameters(max_gap_s=1.0, smoothing=OneEuroParameters())


def at(x: float, scale: float = 0.5) -> FloatArray:
    """A standing person around column ``x``."""
    person = standing(scale)
    person[:, 1] += np.float32(x - 0.5)
    return person


def people(*persons: FloatArray) -> list[FloatArray]:
    return list(persons)


def ids(tracker: PeopleTracker, persons: list[FloatArray], time_s: float) -> list[int]:
    return [person.id for person in tracker.update(persons, time_s)]


def test_ids_follow_people_whatever_the_order_they_are_reported_in() -> None:
    tracker = PeopleTracker(PLAIN, single=False)

    assert ids(tracker, people(at(0.2), at(0.8)), 0.0) == [1, 2]
    assert ids(tracker, people(at(0.79), at(0.21)), 0.1) == [2, 1]


def test_a_newcomer_gets_the_next_id() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.2)), 0.0)

    assert ids(tracker, people(at(0.2), at(0.7)), 0.1) == [1, 2]


def test_a_short_absence_keeps_the_id_a_long_one_does_not() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.5)), 0.0)
    ids(tracker, people(), 0.5)

    assert ids(tracker, people(at(0.5)), 0.9) == [1]
    assert ids(tracker, people(at(0.5)), 2.0) == [2]


def test_an_id_is_never_used_twice() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.5)), 0.0)

    tracker.forget()

    assert ids(tracker, people(at(0.5)), 0.1) == [2]


def test_another_subject_is_counted_from_1_again() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.5)), 0.0)

    tracker.restart()

    assert ids(tracker, people(at(0.5), at(0.9)), 0.1) == [1, 2]


def test_the_only_person_of_a_single_pose_model_stays_the_same_however_fast() -> None:
    tracker = PeopleTracker(PLAIN, single=True)

    assert ids(tracker, people(at(0.1, 0.2)), 0.0) == [1]
    assert ids(tracker, people(at(0.9, 0.2)), 0.2) == [1]


def test_smoothing_steadies_positions_and_leaves_scores() -> None:
    tracker = PeopleTracker(SMOOTH, single=True)
    noise = np.random.default_rng(5).normal(0, 0.003, (120, 17, 2)).astype(np.float32)
    raw, smooth = [], []
    for i, jitter in enumerate(noise):
        person = standing()
        person[:, :2] += jitter
        raw.append(person)
        smooth.append(tracker.update(people(person), i / 30)[0].keypoints)

    shake = [np.abs(np.diff(np.array(path)[30:, :, :2], axis=0)).mean() for path in (raw, smooth)]

    assert shake[1] < 0.4 * shake[0]
    assert smooth[-1][:, 2] == pytest.approx(raw[-1][:, 2])


def test_without_smoothing_keypoints_are_kept() -> None:
    tracker = PeopleTracker(PLAIN, single=True)
    tracker.update(people(at(0.4)), 0.0)

    np.testing.assert_array_equal(tracker.update(people(at(0.5)), 0.1)[0].keypoints, at(0.5))
