"""The class of a cut picture, and the map of where people are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.seeds import TRAINING
from edge.scene.truth import SCENE_CLASSES
from models.training.classification.labels import (
    COVERED,
    DARK,
    EMPTY,
    ON_FLOOR,
    ONE,
    SEVERAL,
    class_after_cut,
    where_people_are,
)
from models.training.classification.pictures import render

if TYPE_CHECKING:
    from edge.types import FloatArray

UPRIGHT, LYING = np.array([False, False]), np.array([False, True])


def people(*places: tuple[float, float, int]) -> FloatArray:
    """Two people: y, x of all their visible keypoints, and how many those are."""
    made = np.full((2, 17, 2), np.nan, np.float32)
    for person, (y, x, count) in zip(made, places, strict=False):
        person[:count] = y, x
    return made


def test_the_names_are_in_the_order_of_the_scene() -> None:
    named = {EMPTY: "empty_room", ONE: "one_person", SEVERAL: "several_people"}
    named |= {ON_FLOOR: "person_on_floor", DARK: "lights_off", COVERED: "camera_covered"}
    assert tuple(named[index] for index in sorted(named)) == SCENE_CLASSES


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (people(), EMPTY),
        (people((0.5, 0.5, 2)), EMPTY),
        (people((0.5, 0.5, 3)), ONE),
        (people((0.5, 1.2, 17), (0.5, 0.5, 3)), ONE),
        (people((0.5, 0.2, 17), (0.5, 0.8, 3)), SEVERAL),
    ],
)
def test_who_is_still_seen_decides(seen: FloatArray, expected: int) -> None:
    assert class_after_cut(SEVERAL, seen, UPRIGHT) == expected


def test_somebody_on_the_floor_counts_while_in_sight() -> None:
    assert class_after_cut(ON_FLOOR, people((0.5, 0.2, 9), (0.9, 0.5, 9)), LYING) == ON_FLOOR
    assert class_after_cut(ON_FLOOR, people((0.5, 0.2, 9), (1.1, 0.5, 9)), LYING) == ONE


@pytest.mark.parametrize("label", [DARK, COVERED])
def test_the_dark_and_the_covered_stay_so_and_show_nobody(label: int) -> None:
    seen = people((0.5, 0.5, 17))

    assert class_after_cut(label, seen, UPRIGHT) == label
    assert not where_people_are(label, seen, UPRIGHT, 4).any()


def test_the_map_has_a_layer_for_each_way_to_be() -> None:
    found = where_people_are(ON_FLOOR, people((0.1, 0.6, 5), (0.99, 0.3, 5)), LYING, 4)

    assert np.argwhere(found).tolist() == [[0, 2, 0], [3, 1, 1]]


def test_the_uncut_picture_has_the_class_the_scene_gave() -> None:
    pictures = render(TRAINING[:12], size=(80, 60))

    again = [class_after_cut(*pictures[index][1:]) for index in range(len(pictures.labels))]

    assert again == pictures.labels.tolist()
    assert len(set(again)) >= 4
