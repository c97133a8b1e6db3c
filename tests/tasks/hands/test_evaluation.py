"""Hands that were found beside hands that are there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.evaluation_data import REFERENCE, hands
from edge.cli.main import main
from edge.evaluate.dataset import read_dataset
from edge.tasks.common.evaluation.entry import Annotation, Entry
from edge.tasks.common.evaluation.mode import Keypoints
from edge.tasks.hands.evaluation import MODES, TRUTHS, judge, truth
from edge.tasks.hands.landmarks import NAMES
from edge.tasks.hands.result import Hand, Handedness, HandsResult
from edge.types import FULL_FRAME
from tests.support import make_frame

if TYPE_CHECKING:
    from tests.support import SharedData

SIZE = np.array((640, 480), np.float32)


def annotation(*, unlabelled: int = -1) -> Annotation:
    """A hand whose palm is 90 pixels long; all is labelled but that landmark."""
    keypoints = np.array([(100, 100 + 10 * row, 2) for row in range(21)], np.float32)
    if unlabelled >= 0:
        keypoints[unlabelled, 2] = 0
    return Annotation(NAMES, keypoints, (100, 100, 100, 300), 1.0)


def hand(one: Annotation, off_px: float) -> Hand:
    """Found so far to the right."""
    places = np.zeros((21, 3), np.float32)
    places[:, :2] = (one.keypoints[:, :2] + (off_px, 0)) / SIZE
    return Hand(1, 0.9, Handedness("Right", 0.9), FULL_FRAME, places, places, None)


def test_the_error_is_in_palms() -> None:
    one = annotation()
    result = HandsResult(make_frame(), "m", "cpu", 1.0, (hand(one, 9.0),), 1, None)
    judged = judge(result, truth(Entry(Path("a.png"), "", annotations=(one,))))
    error, found = MODES[0].figures([judged])
    assert error.name == "MNAE"
    assert error.value == pytest.approx(0.1, abs=1e-4)
    assert (found.value, found.count, found.of) == (1.0, 1, "hands")


def test_each_hand_that_cannot_be_judged_is_named_and_the_others_are_judged(tmp_path: Path) -> None:
    flat = annotation().keypoints * np.array((1, 0, 1), np.float32)
    given = [one.keypoints for one in (annotation(unlabelled=0), annotation(), annotation(unlabelled=9))] + [flat]
    people = [
        {"id": 5 + number, "image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9], "keypoints": one.ravel().tolist()}
        for number, one in enumerate(given)
    ]
    category = {"id": 1, "name": "hand", "keypoints": list(NAMES)}
    path = tmp_path / "hands.json"
    path.write_text(
        json.dumps({"images": [{"id": 1, "file_name": "a.png"}], "annotations": people, "categories": [category]})
    )
    data = read_dataset(path, TRUTHS)
    (target,) = truth(data.entries[0])
    assert target.unit_px == pytest.approx(90)
    missing = "has no wrist or middle_finger_mcp, which measure the palm"
    assert data.problems == (
        f"{path}: annotations[0] (id 5): {missing}",
        f"{path}: annotations[2] (id 7): {missing}",
        f"{path}: annotations[3] (id 8): what measures it is 0 pixels long, less than one",
    )


def test_of_a_hand_with_nothing_labelled_nothing_is_said() -> None:
    none = Annotation(NAMES, np.zeros((21, 3), np.float32), (0, 0, 9, 9), 81.0)
    assert isinstance(TRUTHS, Keypoints)
    TRUTHS.check(none)
    assert truth(Entry(Path("a.png"), "", annotations=(none,))) == []


def test_the_real_models_on_a_photograph(
    shared: SharedData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shared.path(REFERENCE)
    data = tmp_path / "hands.json"
    data.write_text(json.dumps(hands(shared.folder)))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["models", "import", str(shared.path("models/mediapipe")), str(shared.path("models/gesture"))]) == 0
    capsys.readouterr()
    assert main(["evaluate", "hands", str(data), "--model", "mediapipe-hands-full", "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)["measured"]
    assert [one["mode"] for one in measured] == ["reacquisition", "tracking"]
    for one in measured:
        assert one["figures"]["found"] == {"value": 1.0, "count": 2, "of": "hands"}
        assert one["figures"]["MNAE"]["value"] < 0.1
