"""What the settings of pose and tracking do is what their help says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.config.sections import Settings
from edge.settings import SCHEMA
from edge.tasks.common.settings import TrackingSettings
from edge.tasks.pose.settings import PoseSettings
from edge.tasks.pose.tracker_parameters import people_parameters
from edge.tracking.people import PeopleTracker
from tests.tracking.test_crop import PICTURE, standing

if TYPE_CHECKING:
    from collections.abc import Sequence


def helped(path: str) -> str:
    return SCHEMA.keys[path].details.help


def tracker(settings: Settings) -> PeopleTracker:
    return PeopleTracker(people_parameters(settings), single=True)


def shown(scores: Sequence[float], step_s: float = 0.1) -> str:
    """For each mean score, a step apart, 1 where the person is shown; the threshold is 0.7."""
    people = tracker(Settings(PoseSettings(score_threshold=0.7)))
    found = [people.update([standing(score=score)], i * step_s, PICTURE) for i, score in enumerate(scores)]
    return "".join(str(len(one)) for one in found)


def test_a_person_appears_at_the_threshold_and_is_left_out_below_three_quarters_of_it() -> None:
    assert "appears once" in helped("pose.score_threshold")
    assert "below three quarters" in helped("pose.score_threshold")
    assert shown([0.69, 0.71, 0.53]) == "011"
    assert shown([0.71, 0.52, 0.53]) == "101"


def test_who_is_forgotten_has_to_reach_the_threshold_again() -> None:
    assert shown([0.71, 0.52, 0.53, 0.71], step_s=1.1) == "1001"


@pytest.mark.parametrize(("gap_s", "identity"), [(0.9, 1), (1.1, 2)])
def test_who_is_unseen_for_longer_than_max_gap_s_is_somebody_new(gap_s: float, identity: int) -> None:
    assert "somebody new" in helped("tracking.max_gap_s")
    people = tracker(Settings())
    people.update([standing()], 0.0, PICTURE)

    assert people.update([standing()], gap_s, PICTURE)[0].id == identity


def test_after_six_tenths_of_a_second_the_filters_begin_anew() -> None:
    assert "after 0.6 s" in helped("tracking.max_gap_s")
    moved = standing()
    moved[:, 1] += np.float32(0.1)
    offs = []
    for gap_s in (0.5, 0.7):
        people = tracker(Settings())
        people.update([standing()], 0.0, PICTURE)
        offs.append(np.abs(people.update([moved], gap_s, PICTURE)[0].keypoints - moved)[:, 1].max())

    assert offs[0] > 0.005
    assert offs[1] < 1e-6


def test_a_seen_keypoint_is_lost_when_its_score_has_been_low_for_longer_than_it_is_held() -> None:
    assert "below keypoint_exit for longer" in helped("tracking.keypoint_hold_s")
    people = tracker(Settings(TrackingSettings(score_window_s=0.0, keypoint_hold_s=0.35)))
    nose = [0.8] * 20 + [0.1] * 5
    seen = []
    for index, score in enumerate(nose):
        person = standing()
        person[0, 2] = score
        seen.append(people.update([person], index / 10, PICTURE)[0].seen[0])

    assert seen == [True] * 23 + [False] * 2


def test_without_smoothing_scores_are_as_the_model_gives_them() -> None:
    assert "with smoothing off they are not averaged" in helped("tracking.score_window_s")
    tracking = TrackingSettings(smoothing=False, score_window_s=5.0)
    people = tracker(Settings(PoseSettings(score_threshold=0.0), tracking))
    people.update([standing(score=0.9)], 0.0, PICTURE)

    faint = people.update([standing(score=0.1)], 0.5, PICTURE)[0]

    assert faint.score == pytest.approx(0.1)
    assert faint.seen == (False,) * 17


def test_each_picture_has_to_reach_the_threshold_by_itself() -> None:
    people = tracker(Settings(PoseSettings(score_threshold=0.7)))
    people.update([standing(score=0.7)], 0.0, PICTURE)

    people.restart()

    assert people.update([standing(score=0.5)], 0.0, PICTURE) == ()
