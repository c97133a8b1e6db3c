"""Identities and steady keypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.tracking.people import PeopleTracker
from edge.tracking.person import PeopleParameters
from edge.types import Box
from tests.tracking.test_association import PICTURES, figure
from tests.tracking.test_crop import standing

if TYPE_CHECKING:
    from edge.types import FloatArray

PLAIN = PeopleParameters(max_gap_s=1.0, smoothing=None)
SMOOTH = PeopleParameters(max_gap_s=1.0)
PICTURE = (480, 640)
MOST_PX = 96.5
"""As far as somebody 77 by 283 pixels can jump and be the same person."""


def at(x: float, scale: float = 0.5) -> FloatArray:
    """A standing person around column ``x``."""
    person = standing(scale)
    person[:, 1] += np.float32(x - 0.5)
    return person


def people(*persons: FloatArray) -> list[FloatArray]:
    return list(persons)


def ids(tracker: PeopleTracker, persons: list[FloatArray], time_s: float) -> list[int]:
    return [person.id for person in tracker.update(persons, time_s, PICTURE)]


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


def test_smoothing_steadies_places_and_scores() -> None:
    tracker = PeopleTracker(SMOOTH, single=True)
    noise = np.random.default_rng(5).normal(0, 0.003, (120, 17, 3)).astype(np.float32)
    noise[:, :, 2] *= 20
    raw, smooth = [], []
    for i, jitter in enumerate(noise):
        person = standing() + jitter
        raw.append(person)
        smooth.append(tracker.update(people(person), i / 30, PICTURE, 1.5)[0].keypoints)

    shake = [np.abs(np.diff(np.array(path)[30:], axis=0)).mean(axis=(0, 1)) for path in (raw, smooth)]

    assert (shake[1] < (0.2 * shake[0][0], 0.2 * shake[0][1], 0.3 * shake[0][2])).all()


def test_without_smoothing_keypoints_are_kept() -> None:
    tracker = PeopleTracker(PLAIN, single=True)
    tracker.update(people(at(0.4)), 0.0, PICTURE)

    np.testing.assert_array_equal(tracker.update(people(at(0.5)), 0.1, PICTURE)[0].keypoints, at(0.5))


def test_a_person_reported_twice_is_one() -> None:
    tracker = PeopleTracker(PLAIN, single=False)

    assert ids(tracker, people(at(0.3), at(0.302), at(0.8)), 0.0) == [1, 2]


def test_who_passes_behind_another_is_known_when_seen_again() -> None:
    """Two people walk through each other; the one behind is not reported while they overlap."""
    tracker = PeopleTracker(SMOOTH, single=False)
    seen: list[list[int]] = []
    for i in range(60):
        left, right = at(0.3 + 0.4 * i / 59), at(0.7 - 0.4 * i / 59)
        both = people(left, right) if abs(i - 29.5) > 5 else people(left)
        seen.append([person.id for person in tracker.update(both, i / 30, PICTURE)])

    assert seen[0] == seen[-1] == [1, 2]


def test_a_newcomer_on_top_of_somebody_is_believed_after_a_moment() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.5)), 0.0)

    answers = [ids(tracker, people(at(0.5), at(0.54, 0.3)), i / 10) for i in range(1, 6)]

    assert answers[0] == [1]
    assert answers[-1] == [1, 2]


LEFT, RIGHT = 0.0, 1.0


@pytest.mark.parametrize("edge", [LEFT, RIGHT])
def test_whoever_comes_in_at_the_edge_is_believed_after_a_moment(edge: float) -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.5)), 0.0)

    answers = [ids(tracker, people(at(0.5), at(edge)), i / 10) for i in range(1, 6)]

    assert [len(answer) for answer in answers] == [1, 1, 1, 2, 2]


def test_of_two_who_come_in_behind_one_another_nobody_gets_the_others_id() -> None:
    """The second one hides the first, who was seen for a moment, and who comes out again."""
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.5)), 0.0)
    for i in range(1, 4):
        ids(tracker, people(at(0.5), at(LEFT, 0.45)), i / 30)

    hiding = [ids(tracker, people(at(0.5), at(LEFT + i / 60)), 0.1 + i / 30) for i in range(1, 11)]
    both = ids(tracker, people(at(0.5), at(LEFT + 0.2), at(LEFT + 0.05, 0.45)), 0.5)

    assert hiding[-1] == [1, 2]
    assert both == [1, 2, 3]


@pytest.mark.parametrize("step_s", [0.25, 1 / 3, 0.5, 1.0, 2.0])
def test_where_pictures_are_seldom_whoever_is_at_the_edge_is_there(step_s: float) -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.5)), 0.0)

    assert len(ids(tracker, people(at(0.5), at(LEFT)), step_s)) == 2


def test_whoever_flickers_at_the_edge_is_believed() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.5)), 0.0)

    answers = [ids(tracker, people(at(0.5), *[at(LEFT)] * (i % 3 == 0)), i / 5) for i in range(1, 10)]

    assert answers[-1] == [1, 2]


def test_the_edge_is_that_of_what_is_looked_at() -> None:
    tracker, half = PeopleTracker(PLAIN, single=False), Box(0.5, 0, 0.5, 1)
    tracker.update(people(at(0.8)), 0.0, PICTURE, region=half)

    found = tracker.update(people(at(0.8), at(0.53)), 0.1, PICTURE, region=half)

    assert [person.id for person in found] == [1]


def test_whoever_is_at_the_edge_of_the_first_picture_is_there() -> None:
    assert ids(PeopleTracker(PLAIN, single=False), people(at(LEFT)), 0.0) == [1]


@pytest.mark.parametrize("fps", [1, 2, 3, 5, 30])
def test_a_newcomer_on_top_of_somebody_is_believed_at_any_rate(fps: int) -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    ids(tracker, people(at(0.5)), 0.0)

    answers = [ids(tracker, people(at(0.5), at(0.54, 0.3)), i / fps) for i in range(1, 2 + fps)]

    assert answers[-1] == [1, 2]


def test_a_person_is_entered_at_one_score_and_left_at_another() -> None:
    tracker = PeopleTracker(PeopleParameters(smoothing=None, enter_score=0.4, exit_score=0.3), single=True)

    def shown(score: float, time_s: float) -> int:
        return len(tracker.update(people(standing(score=score)), time_s, PICTURE))

    assert [shown(score, i / 10) for i, score in enumerate((0.35, 0.45, 0.35, 0.25, 0.35))] == [0, 1, 1, 0, 1]


def test_of_many_people_the_best_are_followed_best_first() -> None:
    tracker = PeopleTracker(PeopleParameters(smoothing=None, most=2), single=False)
    faint, good, better = at(0.2), at(0.5), at(0.8)
    for person, score in ((faint, 0.3), (good, 0.6), (better, 0.8)):
        person[:, 2] = score

    found = tracker.update(people(faint, good, better), 0.0, PICTURE)

    assert [round(person.score, 2) for person in found] == [0.8, 0.6]


def scored(person: FloatArray, score: float) -> FloatArray:
    person[:, 2] = score
    return person


def test_who_is_reported_twice_takes_no_other_person_s_place() -> None:
    tracker = PeopleTracker(PeopleParameters(smoothing=None, most=2), single=False)

    found = tracker.update(people(scored(at(0.3), 0.9), scored(at(0.302), 0.8), scored(at(0.8), 0.7)), 0.0, PICTURE)

    assert [round(person.score, 1) for person in found] == [0.9, 0.7]


def test_who_is_in_doubt_or_too_faint_takes_no_other_person_s_place() -> None:
    """The newcomer on top of the first is in doubt; the other newcomer does not reach the threshold."""
    parameters = PeopleParameters(smoothing=None, most=2, enter_score=0.6, exit_score=0.3)
    tracker = PeopleTracker(parameters, single=False)
    known = people(scored(at(0.3), 0.9), scored(at(0.8), 0.7))
    tracker.update(known, 0.0, PICTURE)
    in_doubt, faint = scored(at(0.34, 0.3), 0.8), scored(at(0.55), 0.55)

    found = tracker.update([known[0], in_doubt, faint, scored(at(0.8), 0.4)], 0.1, PICTURE)

    assert [person.id for person in found] == [1, 2]


def test_people_beyond_the_wanted_number_use_up_no_ids() -> None:
    tracker = PeopleTracker(PeopleParameters(smoothing=None, most=1), single=False)
    for index in range(30):
        tracker.update(people(scored(at(0.3), 0.9), scored(at(0.8), 0.7)), index / 10, PICTURE)

    assert [person.id for person in tracker.update(people(scored(at(0.8), 0.7)), 5.0, PICTURE)] == [2]


@pytest.mark.parametrize("size", [(720, 1280), (240, 320), (640, 480)])
@pytest.mark.parametrize("single", [True, False])
def test_a_picture_of_another_size_goes_on_with_the_same_people_in_their_places(
    size: tuple[int, int], *, single: bool
) -> None:
    tracker = PeopleTracker(SMOOTH, single=single)
    for index in range(10):
        tracker.update(people(at(0.3)), index / 30, PICTURE, 1.5)

    shown = [tracker.update(people(at(0.3)), index / 30, size, 1.5)[0] for index in range(10, 13)]

    assert [person.id for person in shown] == [1, 1, 1]
    for person in shown:
        np.testing.assert_allclose(person.keypoints, at(0.3), atol=1e-5)


def test_what_is_no_number_is_nobody() -> None:
    tracker = PeopleTracker(SMOOTH, single=True)
    broken = standing()
    broken[3, 1] = np.nan
    tracker.update(people(standing()), 0.0, PICTURE)

    assert tracker.update(people(broken), 0.1, PICTURE) == ()
    assert np.isfinite(tracker.update(people(standing()), 0.2, PICTURE)[0].keypoints).all()


@pytest.mark.parametrize("picture", PICTURES)
def test_how_far_a_jump_keeps_the_id_is_the_same_in_pixels_whichever_way_and_shape(picture: tuple[int, int]) -> None:
    """Somebody who stands jumps right from one frame to the next, or down, lying: both across the body."""

    def keeps_id(jump_px: float, *, lies: bool) -> bool:
        tracker = PeopleTracker(PLAIN, single=False)
        both = figure(picture, lies=lies), figure(picture, *((jump_px, 0) if lies else (0, jump_px)), lies=lies)
        return [tracker.update([one], i / 10, picture)[0].id for i, one in enumerate(both)] == [1, 1]

    assert [keeps_id(jump_px, lies=False) for jump_px in (MOST_PX - 2, MOST_PX + 2)] == [True, False]
    assert [keeps_id(jump_px, lies=True) for jump_px in (MOST_PX - 2, MOST_PX + 2)] == [True, False]


def test_everybody_has_a_key_from_the_first_sight_on_and_keeps_it() -> None:
    tracker = PeopleTracker(PLAIN, single=False)

    first = tracker.update(people(at(0.2), at(0.8)), 0.0, PICTURE)
    tracker.update(people(at(0.8)), 0.1, PICTURE)
    later = tracker.update(people(at(0.8), at(0.2)), 0.2, PICTURE)

    assert {person.id: person.key for person in first} == {person.id: person.key for person in later}
    assert tracker.keys == (1, 2)


def test_who_is_waiting_stays_as_seen_last_and_does_not_age() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    first = tracker.update(people(at(0.2), at(0.8)), 0.0, PICTURE)
    left = next(person for person in first if person.box.x < 0.5)

    for step in range(1, 40):
        shown = tracker.update(people(at(0.8)), step / 10, PICTURE, waiting=(left.key,))

    assert sorted(person.id for person in shown) == [1, 2]
    assert left in shown
    assert ids(tracker, people(at(0.8)), 4.5) == [2 if left.id == 1 else 1], "looked for in vain, it is not shown"
    assert ids(tracker, people(at(0.2), at(0.8)), 4.8) == [1, 2], "but known for a second"
    tracker.update(people(at(0.8)), 6.0, PICTURE)
    assert left.key not in tracker.keys


def test_who_was_not_seen_when_last_looked_for_is_not_shown_while_waiting() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    (person,) = tracker.update(people(at(0.2)), 0.0, PICTURE)
    tracker.update((), 0.1, PICTURE)

    assert tracker.update((), 0.2, PICTURE, waiting=(person.key,)) == ()


def test_who_is_doubted_and_waits_is_believed_after_three_looks() -> None:
    """A look each 0.8 s is no reason to believe at the second one somebody on top of another."""
    tracker = PeopleTracker(PLAIN, single=False)
    (known,) = tracker.update(people(at(0.5)), 0.0, PICTURE)
    both = people(at(0.5), at(0.54, 0.3))
    tracker.update(both, 0.2, PICTURE)
    (doubted,) = tracker.doubted

    def looked_at(time_s: float) -> list[int]:
        for step in range(1, 4):
            tracker.update(both[:1], time_s - 0.8 + 0.2 * step, PICTURE, waiting=(doubted.key,))
        return ids(tracker, both, time_s)

    assert [looked_at(time_s) for time_s in (1.0, 1.8)] == [[known.id], [known.id, 2]]


def test_a_gap_in_the_stream_is_no_waiting() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    first, second = tracker.update(people(at(0.2), at(0.8)), 0.0, PICTURE)

    shown = tracker.update(people(at(0.2)), 600.0, PICTURE, sought=(first.key,), waiting=(second.key,))

    assert [person.id for person in shown] == [3]
    assert second.key not in tracker.keys


def test_a_leap_is_believed_of_whom_was_looked_for() -> None:
    """As it is with a model that sees only one person; whoever is found elsewhere otherwise is somebody else."""
    tracker = PeopleTracker(PLAIN, single=False)
    (person,) = tracker.update(people(at(0.2)), 0.0, PICTURE)

    assert [one.id for one in tracker.update(people(at(0.7)), 0.1, PICTURE, sought=(person.key,))] == [1]
    assert [one.id for one in tracker.update(people(at(0.2)), 0.2, PICTURE)] == [2]


def test_who_is_seen_in_place_of_somebody_else_is_who_they_are() -> None:
    """A look for the first shows the second, who was looked for, too: the first was not seen."""
    tracker = PeopleTracker(PLAIN, single=False)
    tracker.update(people(at(0.2), at(0.8)), 0.0, PICTURE)
    left, right = sorted(tracker.keys, key=lambda key: _column(tracker, key))
    sought, both = (left, right), people(at(0.8), at(0.8))

    assert tracker.mistaken(both, sought, 0.1, PICTURE) == [left]
    assert tracker.mistaken(people(at(0.2), at(0.8)), sought, 0.1, PICTURE) == []
    assert [person.key for person in tracker.update(both, 0.1, PICTURE, sought=sought)] == [right]


def _column(tracker: PeopleTracker, key: int) -> float:
    person = tracker.last(key)
    assert person is not None
    return person.box.x


def test_two_looks_that_show_each_other_are_sorted_out() -> None:
    tracker = PeopleTracker(PLAIN, single=False)
    shown = tracker.update(people(at(0.2), at(0.8)), 0.0, PICTURE)
    keys = [person.key for person in sorted(shown, key=lambda person: person.box.x)]

    swapped = tracker.update(people(at(0.8), at(0.2)), 0.1, PICTURE, sought=keys)

    assert [person.key for person in sorted(swapped, key=lambda person: person.box.x)] == keys
