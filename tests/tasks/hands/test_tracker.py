"""Hands over time: who is whom, which side, what they show, and how steady it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge.tasks.hands.gestures import GESTURES
from edge.tasks.hands.result import Hand
from edge.tasks.hands.tracker import HandTracker, HandTrackerParameters
from edge.tracking.consensus import ConsensusParameters
from edge.tracking.smoothing import SmoothingParameters
from tests.tasks.hands.samples import PICTURE, seen_hand

PLAIN = HandTrackerParameters(
    max_gap_s=1.0, smoothing=None, score_window_s=0.2, consensus=ConsensusParameters(), mirrored=False
)
FPS = 25


def test_hands_that_cross_keep_their_ids_and_their_sides() -> None:
    tracker, sides = HandTracker(PLAIN), dict[int, set[str]]()

    for number in range(51):
        way = number / 50
        left, right = seen_hand(0.2 + 0.6 * way, right=0.05), seen_hand(0.8 - 0.6 * way, right=0.95)
        both = [left, right] if number % 2 else [right, left]  # whichever the model looked at first
        if 22 <= number <= 28:  # one hides the other
            both = [right]
        for hand in tracker.update(both, number / FPS, PICTURE):
            sides.setdefault(hand.id, set()).add(hand.handedness.category_name)

    assert sorted(map(sorted, sides.values())) == [["Left"], ["Right"]]


def test_a_hand_that_comes_back_soon_is_the_same_and_later_another() -> None:
    tracker = HandTracker(PLAIN)

    ids = [hand.id for time_s in (0.0, 0.6, 5.0) for hand in tracker.update([seen_hand(0.5)], time_s, PICTURE)]
    tracker.update([], 5.1, PICTURE)

    assert ids == [1, 1, 2]


def test_the_other_hand_is_another_after_a_moment_without() -> None:
    """The same place, so that only the side tells."""
    tracker, shown = HandTracker(PLAIN), list[Hand]()

    for number, right in enumerate([0.95] * 10 + [None] * 3 + [0.05] * 5 + [None] + [0.9]):
        seen = [] if right is None else [seen_hand(0.5, right=right)]
        shown += tracker.update(seen, number / FPS, PICTURE)

    sides = [(hand.id, hand.handedness.category_name) for hand in shown]
    assert sides == [(1, "Right")] * 10 + [(2, "Left")] * 5 + [(1, "Right")]


def test_one_look_at_the_other_side_does_not_change_a_hand() -> None:
    tracker = HandTracker(PLAIN)

    shown = [
        tracker.update([seen_hand(0.5, right=right)], number / FPS, PICTURE)[0]
        for number, right in enumerate([0.95] * 10 + [0.1] + [0.95] * 5)
    ]

    assert {(hand.id, hand.handedness.category_name) for hand in shown} == {(1, "Right")}


def test_in_a_mirrored_picture_it_is_the_other_hand() -> None:
    tracker = HandTracker(replace(PLAIN, mirrored=True))

    (hand,) = tracker.update([seen_hand(0.5, right=0.9)], 0.0, PICTURE)

    assert hand.handedness.category_name == "Left"
    assert hand.handedness.score == pytest.approx(0.9)


def test_a_gesture_settles_holds_over_a_gap_and_ends() -> None:
    tracker, settled = HandTracker(PLAIN), list[str | None]()

    for number in range(150):
        gesture = "victory" if number < 75 else "none"
        seen = [] if number in {40, 41} else [seen_hand(0.5, gesture=gesture)]
        tracker.update(seen, number / FPS, PICTURE)
        found = tracker.settled
        settled.append(None if found is None else GESTURES[found.index])

    assert settled[0] is None
    assert settled[30:75] == ["victory"] * 45
    assert settled[-1] is None


def test_a_gesture_that_is_none_of_those_known_is_nothing() -> None:
    tracker = HandTracker(PLAIN)

    for number in range(100):
        (hand,) = tracker.update([seen_hand(0.5, gesture="none")], number / FPS, PICTURE)

    assert hand.gesture is None
    assert tracker.settled is None


def test_a_still_hand_is_steadied_and_a_moving_one_is_not_late() -> None:
    tracker, rng = HandTracker(replace(PLAIN, smoothing=SmoothingParameters())), np.random.default_rng(1)
    places = [0.3] * 50 + [0.3 + 0.008 * number for number in range(50)]
    shown = []
    for number, x in enumerate(places):
        seen = seen_hand(x)
        noisy = replace(seen, points=seen.points + rng.normal(0, 0.0005, seen.points.shape).astype(np.float32))
        shown.append(tracker.update([noisy], number / FPS, PICTURE)[0].keypoints[:, 0] - seen.points[:, 0])

    assert np.array(shown[20:50]).std(axis=0).mean() < 0.0003
    assert np.abs(np.array(shown[60:])).mean() < 0.002


def test_whatever_comes_in_a_moment_twice_or_far_away_is_borne() -> None:
    tracker = HandTracker(replace(PLAIN, smoothing=SmoothingParameters()))

    for time_s, x in ((0.0, 0.5), (0.0, 0.5), (0.1, 50.0), (0.2, -50.0)):
        (hand,) = tracker.update([seen_hand(x, gesture="victory")], time_s, PICTURE)
        assert np.isfinite(hand.keypoints).all()
        assert 0 <= hand.box.x <= 1
