"""Faces that were found beside faces that are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.evaluation_data import REFERENCE, face
from edge.cli.main import main
from edge.tasks.common.evaluation.entry import Annotation, Entry
from edge.tasks.common.evaluation.mode import Keypoints
from edge.tasks.face.evaluation import LEFT_CORNERS, MODES, RIGHT_CORNERS, TRUTHS, judge, truth
from edge.tasks.face.result import Face, FaceResult
from edge.types import FULL_FRAME
from tests.support import make_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support import SharedData

SIZE = np.array((640, 480), np.float32)
CORNERS = {33: (100, 200), 133: (140, 200), 263: (240, 200), 362: (200, 200)}
"""The centres of the eyes are at 120 and 220: 100 pixels apart."""


def annotation(points: Mapping[int, tuple[float, float]]) -> Annotation:
    """A face with those points labelled."""
    keypoints = np.array([(x, y, 2) for x, y in points.values()], np.float32)
    return Annotation(tuple(map(str, points)), keypoints, (100, 100, 200, 300), 1.0)


def result(off_px: float, points: int = 468, iris: tuple[float, float] = (0, 0)) -> FaceResult:
    """One face found, all points so far to the right; the first of an iris is there, if it has any."""
    mesh = np.zeros((points, 3), np.float32)
    mesh[468:469, :2] = np.array(iris) / SIZE
    for row, (x, y) in CORNERS.items():
        mesh[row, :2] = np.array((x + off_px, y)) / SIZE
    return FaceResult(make_frame(), "m", "cpu", 1.0, (Face(1, 0.9, FULL_FRAME, mesh),), 1)


def test_the_error_is_in_distances_of_the_eyes() -> None:
    assert {*RIGHT_CORNERS, *LEFT_CORNERS} == CORNERS.keys()
    judged = judge(result(7.0), truth(Entry(Path("a.png"), "", annotations=(annotation(CORNERS),))))
    error, found = MODES[0].figures([judged])
    assert (error.name, found.value, found.of) == ("IOD-MAE", 1.0, "faces")
    assert error.value == pytest.approx(0.07, abs=1e-4)


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ({row: place for row, place in CORNERS.items() if row != 362}, "lacks corners of the eyes"),
        (dict.fromkeys(CORNERS, (100, 200)), "what measures it is 0 pixels long"),
        ({**CORNERS, 478: (1, 1)}, "has a keypoint '478', which is none of this task"),
    ],
)
def test_without_the_distance_of_its_eyes_a_face_cannot_be_judged(
    points: Mapping[int, tuple[float, float]], reason: str
) -> None:
    assert isinstance(TRUTHS, Keypoints)
    TRUTHS.check(annotation(CORNERS))
    with pytest.raises(ValueError, match=reason):
        TRUTHS.check(annotation(points))


def test_irises_are_left_out_with_a_model_that_has_none_and_all_else_is_judged() -> None:
    targets = truth(Entry(Path("a.png"), "", annotations=(annotation({**CORNERS, 468: (900, 900)}),)))
    assert judge(result(7.0), targets) == pytest.approx((0.07,), abs=1e-4)
    for mode in MODES:
        (sentence,) = mode.left_out(result(7.0), targets)
        assert sentence == "the irises are left out: the model has 468 points, of which they are none"


def test_irises_count_with_a_model_that_has_them() -> None:
    targets = truth(Entry(Path("a.png"), "", annotations=(annotation({**CORNERS, 468: (137, 200)}),)))
    found = result(7.0, points=478, iris=(127, 200))
    assert judge(found, targets) == pytest.approx(((4 * 0.07 + 0.1) / 5,), abs=1e-4)
    assert list(MODES[0].left_out(found, targets)) == []


def test_the_real_models_on_a_photograph(
    shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shared.path(REFERENCE)
    data = tmp_path / "face.json"
    data.write_text(json.dumps(face(shared.folder)))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["models", "import", str(shared.path("models/mediapipe"))]) == 0
    capsys.readouterr()
    assert main(["evaluate", "face", str(data), "--model", "mediapipe-face", "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)["measured"]
    assert [one["mode"] for one in measured] == ["reacquisition", "tracking"]
    for one in measured:
        assert one["figures"]["found"] == {"value": 1.0, "count": 1, "of": "faces"}
        assert one["figures"]["IOD-MAE"]["value"] < 0.05
