"""Steady landmarks."""

from __future__ import annotations

import numpy as np

from edge.tasks.pose.landmark_smoother import LandmarkSmoother
from edge.tasks.pose.landmarks import COCO_ROWS, Landmarks
from edge.tracking.people import PeopleTracker
from edge.tracking.person import PeopleParameters
from edge.tracking.smoothing import SmoothingParameters

PICTURE = (480, 640)
THUMB = 21
"""Not one of COCO's keypoints."""


def body(noise: float, random: np.random.Generator) -> Landmarks:
    """Somebody who stands still, with shaking landmarks."""
    places = np.linspace(0.2, 0.8, 33)
    points = np.column_stack((places, places, places - 0.5, np.full((33, 2), 0.9)))
    points[:, :3] += random.normal(0, noise, (33, 3))
    world = points[:, :3] * 2 + random.normal(0, noise, (33, 3))
    return Landmarks(points.astype(np.float32), world.astype(np.float32))


def keypoints(one: Landmarks) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    points = one.points[COCO_ROWS]
    return np.column_stack((points[:, 1], points[:, 0], points[:, 3]))


def shown(parameters: SmoothingParameters | None) -> list[Landmarks]:
    """Two seconds of it."""
    random, smoother = np.random.default_rng(1), LandmarkSmoother(parameters)
    tracker = PeopleTracker(PeopleParameters(), single=False)
    found: list[Landmarks] = []
    for number in range(60):
        seen, time_s = body(0.004, random), number / 30
        people = tracker.update([keypoints(seen)], time_s, PICTURE)
        found += smoother.update(people, [seen], time_s, PICTURE).values()
    return found


def test_what_shakes_is_steadied_in_the_picture_and_in_the_room() -> None:
    raw, steady = shown(None), shown(SmoothingParameters())

    for of in ("points", "world"):
        jitters = [np.array([getattr(one, of)[THUMB, :3] for one in some[20:]]).std(axis=0) for some in (steady, raw)]
        assert (jitters[0] < 0.6 * jitters[1]).all()


def test_scores_are_the_models_own() -> None:
    assert all((one.points[:, 3:] == np.float32(0.9)).all() for one in shown(SmoothingParameters()))


def test_a_joint_is_where_its_keypoint_is() -> None:
    random, tracker = np.random.default_rng(2), PeopleTracker(PeopleParameters(), single=False)
    seen = [body(0.002, random), body(0.002, random)]
    seen[1].points[:, 0] += 0.5
    tracker.restart()  # the second one reaches beyond the picture, and is believed in a first picture only

    people = tracker.update(map(keypoints, seen), 0.0, PICTURE)
    landmarks = LandmarkSmoother(SmoothingParameters()).update(people, seen, 0.0, PICTURE)

    assert len(people) == 2
    for person in people:
        np.testing.assert_array_equal(landmarks[person.id].points[COCO_ROWS, 1::-1], person.keypoints[:, :2])
