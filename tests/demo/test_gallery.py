"""Pictures from over a run, and the sheet they make."""

from __future__ import annotations

import numpy as np
import pytest

from edge.demo.gallery import Gallery, GalleryPicture
from edge.demo.scenario import Scenario
from edge.demo.sheet import draw_sheet, found_words
from edge.errors import ConfigError
from tests.demo.samples import category, pose
from tests.support import make_frame

GYM, TOUR = Scenario("gym"), Scenario("tour")


def gallery(seconds: float, fps: float = 10.0) -> Gallery:
    """A run of so many seconds with somebody in it."""
    made = Gallery()
    for number in range(round(seconds * fps)):
        frame = make_frame(number=number, time_s=number / fps)
        made.offer(frame, [pose(frame), category("classification", "one_person", frame=frame)])
    return made


@pytest.mark.no_cover
@pytest.mark.parametrize("seconds", [12, 60, 400])
def test_the_chosen_are_evenly_spread_over_runs_of_any_length(seconds: int) -> None:
    times = [picture.time_s for picture in gallery(seconds, fps=4).choose(12, GYM)]

    steps = np.diff(times)
    assert len(times) == 12
    assert times[0] < seconds / 6
    assert times[-1] > seconds * 5 / 6
    assert steps.max() <= 2.5 * steps.min()


@pytest.mark.no_cover
@pytest.mark.parametrize("seconds", [60, 130])
def test_of_a_scene_with_many_parts_one_of_each_long_one_is_chosen_late_in_it(seconds: int) -> None:
    times = [picture.time_s for picture in gallery(seconds, fps=4).choose(12, TOUR)]

    captions = [TOUR.caption(time_s) for time_s in times]
    assert len(set(captions)) == 12
    assert {"an empty room", "waving", "squats", "lying on the floor", "several people", "lights off"} <= set(captions)
    assert times == sorted(times)
    assert times[-1] < TOUR.period_s
    assert TOUR.caption(times[captions.index("waving")] - 2.0) == "waving"  # there has been time to settle


def test_a_short_run_gives_fewer_each_once() -> None:
    times = [picture.time_s for picture in gallery(1.6).choose(12, GYM)]
    assert times == [0.0, 0.5, 1.0, 1.5]
    assert Gallery().choose(12, GYM) == []


def test_a_picture_is_small_with_the_skeleton_in_it_and_knows_what_was_found() -> None:
    (picture,) = gallery(0.1).choose(1, GYM)

    assert picture.image.shape == (300, 400, 3)
    assert np.ptp(picture.image[60:240, 190:210].astype(int)) > 100
    assert np.ptp(picture.image[:, 300:].astype(int)) < 20
    assert picture.labels == ("one person",)
    assert picture.drawn == ("1 pose",)


@pytest.mark.parametrize(
    ("drawn", "labels", "words"),
    [
        (("1 pose",), ("one person", "jumping jack"), "one person, jumping jack (1 pose)"),
        (("2 poses",), ("walk",), "walk (2 poses)"),
        (("0 poses",), (), "nothing settled (0 poses)"),
        ((), ("walk",), "walk"),
    ],
)
def test_what_was_found_in_words(drawn: tuple[str, ...], labels: tuple[str, ...], words: str) -> None:
    assert found_words(GalleryPicture(np.zeros((3, 4, 3), np.uint8), 0.0, drawn, labels)) == words


def test_the_sheet_has_every_picture_in_its_place_with_words_below() -> None:
    pictures = gallery(60, fps=4).choose(12, GYM)
    for number, picture in enumerate(pictures):
        picture.image[:] = 20 * number  # so that each is known again

    sheet = draw_sheet(pictures, TOUR)

    assert sheet.shape == (3 * 360 + 10, 4 * 410 + 10, 3)
    for number in range(12):
        row, column = divmod(number, 4)
        cell = sheet[10 + row * 360 : 10 + row * 360 + 350, 10 + column * 410 : 10 + column * 410 + 400]
        assert (cell[:300] == 20 * number).all()
        assert np.ptp(cell[300:325, :80].astype(int)) > 100  # the time
        assert np.ptp(cell[300:325, 80:].astype(int)) > 100  # what the scene shows
        green = cell[325:].astype(int)
        assert (green[..., 1] - green[..., 0]).max() > 80  # what was found


def test_a_sheet_of_few_pictures_has_no_empty_rows() -> None:
    assert draw_sheet(gallery(1).choose(12, GYM), TOUR).shape[0] == 370


def test_the_scenario_goes_round() -> None:
    tour = Scenario("tour")
    assert (tour.caption(0.0), tour.caption(59.9), tour.caption(60.1)) == (
        "an empty room",
        "the camera is covered",
        "an empty room",
    )
    with pytest.raises(ConfigError, match=r'there is no scene "tuor" \(did you mean "tour"\?\)'):
        Scenario("tuor")
