"""How opaque keypoints are from frame to frame."""

from __future__ import annotations

import numpy as np
import pytest

from edge.tasks.pose.fading import FADE_S, Fading
from tests.support import make_frame

ALL, NONE = np.ones(17, np.bool_), np.zeros(17, np.bool_)


def only(index: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    shown = np.zeros(17, np.bool_)
    shown[index] = True
    return shown


def test_on_a_still_all_that_is_seen_is_there_at_once() -> None:
    opacities = Fading().update(make_frame(), {1: only(9)})
    assert opacities[1].tolist() == only(9).tolist()


def test_a_keypoint_fades_out_and_in_over_a_third_of_a_second() -> None:
    fading, course = Fading(), []
    for number in range(10):
        shown = NONE if number in range(1, 4) else ALL
        course.append(float(fading.update(make_frame(time_s=number / 10), {1: shown})[1][5]))
    assert FADE_S == 0.3
    assert course == pytest.approx([1, 2 / 3, 1 / 3, 0, 1 / 3, 2 / 3, 1, 1, 1, 1], abs=1e-5)


def test_however_slowly_results_come_there_is_a_step_in_between() -> None:
    fading = Fading()
    course = [
        float(fading.update(make_frame(time_s=number / 2), {1: shown})[1][5])
        for number, shown in enumerate((ALL, NONE, NONE))
    ]
    assert course == [1, 0.5, 0]


def test_the_same_frame_again_changes_nothing() -> None:
    fading, before = Fading(), make_frame(time_s=0.0)
    fading.update(before, {1: ALL})
    frame = make_frame(time_s=0.1)
    first = fading.update(frame, {1: NONE})
    assert fading.update(frame, {1: NONE})[1].tolist() == first[1].tolist()


def test_each_person_is_remembered_by_id_and_a_new_one_is_there_at_once() -> None:
    fading = Fading()
    fading.update(make_frame(time_s=0.0), {1: ALL, 2: NONE})
    opacities = fading.update(make_frame(time_s=0.15), {2: ALL, 3: ALL})
    assert opacities.keys() == {2, 3}
    assert opacities[2][0] == pytest.approx(0.5)
    assert opacities[3][0] == 1


def test_who_has_gone_comes_back_at_once() -> None:
    fading = Fading()
    fading.update(make_frame(time_s=0.0), {1: NONE})
    fading.update(make_frame(time_s=0.1), {})
    assert fading.update(make_frame(time_s=0.2), {1: ALL})[1][0] == 1


@pytest.mark.parametrize(("time_s", "segment"), [(2.0, 0), (0.1, 1), (-0.5, 0)])
def test_after_a_gap_a_restart_or_a_step_back_nothing_is_remembered(time_s: float, segment: int) -> None:
    fading = Fading()
    fading.update(make_frame(time_s=1.0 if time_s < 0 else 0.0), {1: ALL})
    frame = make_frame(time_s=max(time_s, 0.0), segment=segment)
    assert fading.update(frame, {1: NONE})[1][0] == 0
