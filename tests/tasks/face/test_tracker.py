"""Faces that stay who they are."""

from __future__ import annotations

import numpy as np
import pytest

from edge.tasks.face.tracker import FaceTracker, TrackerParameters
from tests.tasks.face.meshes import mesh_at

PICTURE = (480, 640)


@pytest.fixture
def tracker() -> FaceTracker:
    return FaceTracker(TrackerParameters(max_gap_s=1.0, smoothing=None))


def ids(tracker: FaceTracker, time_s: float, *places: float) -> list[int]:
    """Of faces side by side, in the order given."""
    found = tracker.update([mesh_at(x, 0.5) for x in places], time_s, PICTURE)
    return [identity for identity, _ in found]


def test_two_faces_keep_their_ids_whoever_is_named_first(tracker: FaceTracker) -> None:
    assert ids(tracker, 0.0, 0.2, 0.8) == [1, 2]
    assert ids(tracker, 0.1, 0.79, 0.22) == [2, 1]


def test_who_returns_soon_is_the_same_and_later_somebody_new(tracker: FaceTracker) -> None:
    assert ids(tracker, 0.0, 0.2) == [1]
    assert ids(tracker, 0.5) == []
    assert ids(tracker, 0.9, 0.25) == [1]
    assert ids(tracker, 2.0, 0.25) == [2]


def test_who_moved_by_a_face_is_the_same_after_half_a_second_and_another_in_the_next_frame(
    tracker: FaceTracker,
) -> None:
    assert ids(tracker, 0.0, 0.2) == [1]
    assert ids(tracker, 0.5, 0.4) == [1]
    assert ids(tracker, 0.54, 0.26) == [2], "seven tenths of a face in 0.04 s"
    assert ids(tracker, 0.58, 0.41, 0.27) == [1, 2], "who was not there for a frame is not forgotten"


def test_a_face_of_quite_another_size_is_another(tracker: FaceTracker) -> None:
    [(near, _)] = tracker.update([mesh_at(0.5, 0.5, size=0.5)], 0.0, PICTURE)
    [(far, _)] = tracker.update([mesh_at(0.5, 0.5, size=0.2)], 0.04, PICTURE)
    assert (near, far) == (1, 2)


def test_who_passes_where_somebody_was_hidden_stays_who_he_is(tracker: FaceTracker) -> None:
    assert ids(tracker, 0.0, 0.5, 0.62) == [1, 2]
    places = (0.58, 0.54, 0.5, 0.46, 0.42)
    assert [ids(tracker, 0.1 * step, x) for step, x in enumerate(places, 1)] == [[2]] * 5
    assert ids(tracker, 0.6, 0.38, 0.52) == [2, 1]


def test_ids_go_on_after_a_cut_and_begin_anew_for_another_subject(tracker: FaceTracker) -> None:
    assert ids(tracker, 0.0, 0.2) == [1]
    tracker.forget()
    assert ids(tracker, 0.1, 0.2) == [2]
    tracker.restart()
    assert ids(tracker, 0.2, 0.2) == [1]


def test_without_smoothing_meshes_are_as_the_model_says(tracker: FaceTracker) -> None:
    mesh = mesh_at(0.5, 0.5)
    for time_s in (0.0, 0.1):
        [(_, shown)] = tracker.update([mesh], time_s, PICTURE)
        np.testing.assert_array_equal(shown, mesh)
