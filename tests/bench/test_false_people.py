"""Where nobody is, nobody is shown; and whoever was shown before still is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.false_people import EMPTINESS, STARTER, Emptiness, judge_photos, judge_rooms

if TYPE_CHECKING:
    from tests.support import SharedData


def test_photographs_without_people_show_hardly_any(shared: SharedData) -> None:
    shared.path("media/imagenet_sample")
    shared.path("media/pose_coco")

    figures = judge_photos(shared.path("models/movenet/movenet_single_pose_lightning_ptq.tflite"))

    assert len(figures.false) <= 3
    assert figures.found >= 12
    assert figures.pictures >= 14
    assert figures.people >= 13


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", EMPTINESS)
def test_nobody_is_seen_in_an_empty_room_in_the_dark_and_by_a_covered_camera(kind: Emptiness) -> None:
    figures = judge_rooms(STARTER, kind, minutes=0.5, fps=5)

    assert figures.people == 0
    assert figures.results == 150
