"""People and the crop together."""

from __future__ import annotations

import numpy as np
import pytest

from edge.tasks.pose.observer import PoseTraits
from edge.tasks.pose.sight import Aim, Sight
from edge.tasks.pose.tracker import PoseTracker
from edge.tracking.crop import CropParameters
from edge.tracking.person import PeopleParameters
from edge.types import FULL_FRAME, Box
from tests.tracking.test_crop import holds, standing

PICTURE = (480, 640)


def tracker(*, single: bool = True, enter_score: float = 0.0, quantum: float = 0.004) -> PoseTracker:
    people = PeopleParameters(enter_score=enter_score, exit_score=0.75 * enter_score)
    return PoseTracker(people, CropParameters(), PoseTraits(is_single=single, quantum=quantum))


def test_somebody_new_is_to_be_looked_at_again_from_close_by_and_once() -> None:
    person, own = standing(0.5), tracker()

    (aim,) = own.aims()
    closer = own.closer(aim, [person], 0.0, PICTURE, FULL_FRAME)
    own.update([Sight(person, closer or aim)], 0.0, PICTURE, FULL_FRAME)

    assert closer is not None
    assert closer.crop is not None
    assert closer.crop.height < 1
    assert holds(closer.crop, person)
    assert own.closer(own.aims()[0], [person], 5.0, PICTURE, FULL_FRAME) is None


def test_who_is_only_found_from_afar_is_looked_at_again_now_and_then() -> None:
    own = tracker()

    answers = [own.closer(Aim(), [standing(0.5)], time_s, PICTURE, FULL_FRAME) for time_s in (0.0, 0.1, 0.9, 1.0)]

    assert [answer is not None for answer in answers] == [True, False, False, True]


def test_after_a_cut_it_looks_again_at_once() -> None:
    own = tracker()
    own.closer(Aim(), [standing(0.5)], 0.0, PICTURE, FULL_FRAME)

    own.forget()

    assert own.closer(Aim(), [standing(0.5)], 0.1, PICTURE, FULL_FRAME) is not None


def test_nobody_and_several_people_are_not_looked_at_again() -> None:
    broken = np.full((17, 3), np.nan, np.float32)

    assert tracker(enter_score=0.5).closer(Aim(), [standing(0.5, score=0.3)], 0.0, PICTURE, FULL_FRAME) is None
    assert tracker().closer(Aim(), [broken], 0.0, PICTURE, FULL_FRAME) is None
    assert tracker(single=False).closer(Aim(), [standing(0.5)], 0.0, PICTURE, FULL_FRAME) is None


def test_where_only_a_region_is_looked_at_the_dead_band_is_a_step_of_the_model_there() -> None:
    """A step of 0.004 is 2.6 pixels of all the picture and 0.6 of a quarter: whoever goes 1.5 pixels has moved."""

    assert _shown_px(tracker(single=False), FULL_FRAME) < 0.1
    assert _shown_px(tracker(single=False), Box(0.375, 0.375, 0.25, 0.25)) > 0.7


def test_the_dead_band_is_a_step_of_the_model_that_runs() -> None:
    coarse, fine = tracker(single=False, quantum=0.004), tracker(single=False, quantum=0.001)

    assert _shown_px(coarse, FULL_FRAME) < 0.1
    assert _shown_px(fine, FULL_FRAME) > 0.7


def test_another_model_brings_a_dead_band_of_its_own() -> None:
    own = tracker(single=False, quantum=0.004)

    own.tune(PeopleParameters(), CropParameters(), PoseTraits(is_single=False, quantum=0.001))

    assert _shown_px(own, FULL_FRAME) > 0.7


def _shown_px(own: PoseTracker, region: Box) -> float:
    """How far somebody is shown to have gone who went 1.5 pixels of a picture that is looked at in ``region``."""
    for index in range(180):
        person = standing(0.2)
        person[:, 1] += np.float32(min(index, 90) / 60 / 640)
        found = own.update([Sight(person, Aim())], index / 30, PICTURE, region)
    return float((found[0].keypoints[:, 1] - standing(0.2)[:, 1]).mean()) * 640


@pytest.mark.parametrize("most", [1, 4])
def test_a_model_of_one_person_goes_on_with_those_another_model_has_found(most: int) -> None:
    people, crop = PeopleParameters(most=most), CropParameters()
    own = PoseTracker(people, crop, PoseTraits(is_single=False))
    own.update([Sight(standing(x), Aim()) for x in (0.3, 0.7)], 0.0, PICTURE, FULL_FRAME)

    own.look_everywhere()
    own.tune(people, crop, PoseTraits(is_single=True))

    assert [aim.crop for aim in own.aims()] == [None] * min(most, 2)
