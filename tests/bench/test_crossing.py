"""What a camera sees of a crossing goes with its truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench.seeds import TRACKING_TUNING
from bench.tracking import crossing
from edge.scene.truth import Visibility

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TORSO = [5, 6, 11, 12]


def test_people_in_the_pictures_wear_their_shirts_where_the_truth_is() -> None:
    """Of the five, the first wears blue and the fifth yellow."""
    small, large = (crossing.crowd_scene(TRACKING_TUNING[1], size) for size in (crossing.SIZE, crossing.PICTURE))
    blue_over_red: dict[int, list[int]] = {1: [], 5: []}
    for time_s in (2.0, 3.0, 4.0, 5.0):
        truth, (image, _) = small.render(time_s)[1], large.render(time_s)
        for person in truth.people:
            torso = person.keypoints[TORSO]
            if person.id in blue_over_red and (torso[:, 2] == Visibility.VISIBLE).sum() > 1:
                y, x = (torso[:, :2].mean(axis=0) * image.shape[:2]).astype(int)
                red, _, blue = image[y - 4 : y + 5, x - 4 : x + 5].mean(axis=(0, 1))
                blue_over_red[person.id].append(int(blue - red))

    assert min(map(len, blue_over_red.values())) >= 2
    assert min(blue_over_red[1]) > 30
    assert max(blue_over_red[5]) < -30


def test_pictures_are_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "CACHE", tmp_path)
    monkeypatch.setattr(crossing, "SECONDS", 0.1)

    drawn, crowd = crossing.pictures(TRACKING_TUNING[0]), crossing.crowd(TRACKING_TUNING[0])
    monkeypatch.setattr(crossing, "crowd_scene", None)

    assert drawn.shape == (len(crowd.times_s), 720, 640)
    assert np.array_equal(crossing.pictures(TRACKING_TUNING[0]), drawn)
