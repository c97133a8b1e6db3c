"""What is shown next: new pictures at once, other news with them, and nothing twice in a hurry."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest

from edge.monitor.newest import Newest
from edge.monitor.pacing import Pacing
from edge.monitor.settings import DisplaySettings
from edge.monitor.view import View
from edge.tasks.common.occupancy import Occupancy
from edge.tasks.pose.landmarks import Landmarks, Mask
from edge.tasks.pose.result import Pose, PoseResult
from edge.types import FULL_FRAME
from tests.monitor.given import LABELS, PEOPLE, frame_of, labels_of, people_in, status_of

if TYPE_CHECKING:
    from edge.monitor.status import Status

SETTINGS = DisplaySettings(idle_s=0.0)


class Stage:
    """A pacing with a clock, and what it stands on."""

    def __init__(self) -> None:
        self.now_s = 50.0
        self.newest = Newest(lambda: self.now_s)
        self.occupancy = Occupancy()
        self.asked = 0
        self.pacing = Pacing(self._status, self.occupancy, lambda: self.now_s)
        self.pacing.begin(self.newest)

    def order(self, settings: DisplaySettings = SETTINGS, *, only_skeletons: bool = False) -> object:
        return self.pacing.next_order(settings, only_skeletons=only_skeletons)

    def view(self, settings: DisplaySettings = SETTINGS, *, only_skeletons: bool = False) -> View:
        order = self.order(settings, only_skeletons=only_skeletons)
        assert isinstance(order, View)
        return order

    def _status(self) -> Status:
        self.asked += 1
        return status_of(PEOPLE, LABELS)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_each_new_picture_is_shown_at_once_and_once(stage: Stage) -> None:
    for number in range(1, 5):
        stage.newest.take_frame(frame_of(number))
        picture = stage.view().picture
        assert picture is not None
        assert (picture.number, picture.width, picture.height, picture.pixel_format) == (number, 8, 4, "rgb")
        assert np.all(picture.image == number)
        assert stage.order() is None
        stage.now_s += 0.01


def test_other_results_wait_a_little_for_the_next_picture(stage: Stage) -> None:
    stage.newest.put(people_in(frame_of(1)))
    assert len(stage.view().results) == 1
    stage.newest.put(labels_of(frame_of(1)))
    assert stage.order() is None
    stage.now_s += 0.1
    assert len(stage.view().results) == 2


def test_without_news_there_are_two_views_a_second(stage: Stage) -> None:
    views = 0
    for _ in range(100):
        views += stage.order() is not None
        stage.now_s += 0.1
    assert 19 <= views <= 21
    assert stage.asked <= 11


def test_what_holds_no_longer_is_taken_away_soon(stage: Stage) -> None:
    stage.newest.take_frame(frame_of(1))
    stage.newest.put(people_in(frame_of(1)))
    assert len(stage.view().results) == 1
    for _ in range(7):
        stage.now_s += 0.1
        stage.order()
    assert stage.pacing.shown.results == ()


@pytest.mark.parametrize(
    ("settings", "only_skeletons"), [(replace(SETTINGS, theme="skeleton"), False), (SETTINGS, True)]
)
def test_with_skeletons_alone_no_pixel_is_handed_on(
    stage: Stage, settings: DisplaySettings, only_skeletons: bool
) -> None:
    stage.newest.put(people_in(frame_of(200)))
    view = stage.view(settings, only_skeletons=only_skeletons)
    assert view.picture is not None
    assert (view.picture.image, view.picture.width) == (None, 8)
    assert view.results[0].frame.image.size == 0


@pytest.mark.parametrize("only_skeletons", [False, True])
def test_silhouettes_are_told_where_more_than_skeletons_may_be_seen(stage: Stage, only_skeletons: bool) -> None:
    stage.newest.put(people_in(frame_of(200)))
    view = stage.view(replace(SETTINGS, theme="silhouette"), only_skeletons=only_skeletons)
    assert view.picture is not None
    assert view.picture.image is None
    assert view.silhouettes is not only_skeletons


def test_results_never_carry_pixels(stage: Stage) -> None:
    stage.newest.put(people_in(frame_of(200)))
    assert stage.view().results[0].frame.image.size == 0


@pytest.mark.parametrize("theme", ["camera", "skeleton", "silhouette"])
def test_masks_are_handed_on_for_silhouettes_alone(
    stage: Stage, theme: Literal["camera", "skeleton", "silhouette"]
) -> None:
    stage.newest.put(people_in(frame_of(200), somebody_with_a_mask()))
    (result,) = stage.view(replace(SETTINGS, theme=theme)).results
    assert isinstance(result, PoseResult)
    landmarks = result.people[0].landmarks
    assert landmarks is not None
    assert (landmarks.mask is not None) == (theme == "silhouette")


def somebody_with_a_mask() -> Pose:
    mask = Mask(np.zeros((128, 128), np.uint8), np.eye(2, 3, dtype=np.float32))
    landmarks = Landmarks(np.zeros((33, 5), np.float32), np.zeros((33, 3), np.float32), mask)
    return Pose(1, 0.9, FULL_FRAME, np.zeros((17, 3), np.float32), None, landmarks)


def test_a_mirror_is_told(stage: Stage) -> None:
    assert not stage.view().mirrored
    stage.now_s += 1.0
    assert stage.view(replace(SETTINGS, mirror=True)).mirrored


def test_it_sleeps_once_and_wakes_with_a_picture(stage: Stage) -> None:
    settings = replace(SETTINGS, idle_s=5.0)
    stage.occupancy.watch()
    assert isinstance(stage.order(settings), View)
    stage.now_s += 5.0
    stage.newest.take_frame(frame_of(1))
    assert stage.order(settings) == "sleep"
    assert stage.pacing.is_asleep
    assert stage.order(settings) is None
    stage.occupancy.leave()
    assert isinstance(stage.order(settings), View)
    assert not stage.pacing.is_asleep


def test_another_process_has_all_to_show_anew_and_changes_nothing_about_who_is_there(stage: Stage) -> None:
    settings = replace(SETTINGS, idle_s=5.0)
    stage.occupancy.watch()
    assert isinstance(stage.order(settings), View)
    stage.now_s += 4.0
    stage.pacing.begin(stage.newest)
    assert not stage.pacing.has_begun
    assert isinstance(stage.order(settings), View)
    stage.now_s += 1.0
    stage.pacing.begin(stage.newest)
    assert stage.order(settings) == "sleep"
    stage.pacing.idle.notice()
    assert isinstance(stage.order(settings), View)
