"""What people in a frame wear."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge.tasks.pose.torso import clothes
from edge.tracking.clothing import BINS, Clothing
from edge.types import FloatArray, Frame, ImageArray
from tests.tracking.test_people import at

SIZE = (240, 320)
RED, BLUE, GREY, WHITE = (180, 40, 40), (40, 60, 170), (120, 120, 120), (230, 230, 230)
Colour = tuple[int, int, int]


def picture(left: Colour, right: Colour) -> ImageArray:
    """Two halves, each the shirt of whoever stands there."""
    image = np.empty((*SIZE, 3), np.uint8)
    image[:, : SIZE[1] // 2], image[:, SIZE[1] // 2 :] = left, right
    return image


def frame(image: ImageArray) -> Frame:
    return Frame(0, image, 0, 0)


def two() -> FloatArray:
    return np.array([at(0.25), at(0.75)])


def likeness(one: ImageArray, other: ImageArray) -> float:
    clothing = Clothing()
    clothing.add(one, 0.0)
    return clothing.likeness(other)


@pytest.mark.parametrize("colours", [(RED, BLUE), (GREY, WHITE)])
def test_two_colours_are_told_apart_and_known_again(colours: tuple[Colour, Colour]) -> None:
    left, right = clothes(frame(picture(*colours)), two())
    again, _ = clothes(frame(picture(*colours)), np.array([at(0.3, 0.4), at(0.7, 0.4)]))

    assert likeness(left, again) > 0.95
    assert likeness(left, right) < 0.5


def test_both_formats_of_a_picture_say_the_same() -> None:
    image = picture(RED, BLUE)
    planes = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2YUV_I420), np.uint8)

    for one, other in zip(clothes(frame(image), two()), clothes(frame(planes), two()), strict=True):
        assert likeness(one, other) > 0.97


def test_a_little_more_light_leaves_clothes_alike() -> None:
    brighter = np.asarray(np.clip(picture(RED, BLUE) * 1.15, 0, 255), np.uint8)

    (left, right), (left_now, right_now) = (clothes(frame(one), two()) for one in (picture(RED, BLUE), brighter))

    assert likeness(left, left_now) > likeness(left, right_now) + 0.4
    assert likeness(right, right_now) > likeness(right, left_now) + 0.4


def test_of_an_unsure_torso_and_of_what_is_no_number_nothing_is_known() -> None:
    people = np.array([at(0.25), at(0.25), at(0.25), at(0.75)])
    people[0, :, 2] = 0.3
    people[1, 5, 0] = np.nan
    people[2, 6, 2] = np.nan

    found = clothes(frame(picture(RED, BLUE)), people)

    assert found.shape == (4, BINS)
    assert found.dtype == np.uint8
    assert not found[:3].any()
    assert int(found[3].sum()) == pytest.approx(255, abs=8)


def test_nobody_wears_nothing() -> None:
    assert clothes(frame(picture(RED, BLUE)), np.empty((0, 17, 3), np.float32)).shape == (0, BINS)


def test_half_out_of_the_picture_the_half_inside_is_seen_beyond_that_nothing() -> None:
    image = picture(RED, BLUE)
    people = np.array([at(0.25), at(0.02), at(-0.5), at(5e6)])

    whole, partly, *outside = clothes(frame(image), people)

    assert likeness(whole, partly) > 0.95
    assert not np.array(outside).any()


def test_somebody_seen_from_the_side_still_has_a_torso() -> None:
    slim = at(0.25)
    slim[[5, 6, 11, 12], 1] = 0.25

    front, side = clothes(frame(picture(RED, BLUE)), np.array([at(0.25), slim]))

    assert likeness(front, side) > 0.95
