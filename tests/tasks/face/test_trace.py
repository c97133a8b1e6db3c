"""What a trace says of a face model, and of what it saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from edge.tasks.common.observer import Observation
from edge.tasks.common.tracing import Observed, TracedTask
from edge.tasks.face.observer import FaceTraits, SeenFaces
from edge.tasks.face.trace import notes, observed_from, observed_line, traits_from, traits_line
from tests.tasks.face.meshes import mesh_at

PLAIN = TracedTask("face", "mediapipe-face", FaceTraits(468))


def line_of(meshes: Any, scores: Any) -> dict[str, Any]:
    seen = SeenFaces(np.array(meshes, np.float32), np.array(scores, np.float32))
    return dict(observed_line(Observed(Observation(seen, 5.0, "cpu"), 0)))


@pytest.mark.parametrize("points", [468, 478])
def test_traits_come_back_as_they_were(points: int) -> None:
    assert traits_from(traits_line(FaceTraits(points))) == FaceTraits(points)


@pytest.mark.parametrize("points", [0, 468.5, 1e9])
def test_a_mesh_of_another_kind_is_refused(points: float) -> None:
    with pytest.raises(ValueError, match="neither 468 nor 478"):
        traits_from({"points": points})


def test_faces_come_back_to_the_last_bit() -> None:
    meshes = np.array([mesh_at(1 / 3, 0.5), mesh_at(2 / 3, 0.5)])

    seen, crop = observed_from(line_of(meshes, [0.9, 1 / 3]), PLAIN)

    assert seen.meshes.tobytes() == meshes.tobytes()
    assert seen.scores.tolist() == np.array([0.9, 1 / 3], np.float32).tolist()
    assert crop is None


def test_no_face_comes_back_as_none() -> None:
    assert observed_from(line_of(np.empty((0, 468, 3)), []), PLAIN)[0].meshes.shape == (0, 468, 3)


@pytest.mark.parametrize(
    ("meshes", "scores", "sentence"),
    [
        ([mesh_at(0.5, 0.5)], [0.9, 0.9], "468 points for each of 'scores'"),
        ([mesh_at(0.5, 0.5, points=478)], [0.9], "468 points for each of 'scores'"),
        ([mesh_at(np.nan, 0.5)], [0.9], "no real number"),
        ([mesh_at(0.5, 0.5)], [np.inf], "no real number"),
    ],
)
def test_what_are_no_faces_is_refused(meshes: Any, scores: list[float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        observed_from(line_of(meshes, scores), PLAIN)


def test_more_faces_than_were_looked_for_are_not_known() -> None:
    assert [*notes({"face.publish"})] == []
    assert [*notes({"face.max_faces"})] == ["face: nobody was looked for beyond the recorded max_faces"]
