"""AP and AR are those of pycocotools on the same results."""

from __future__ import annotations

import contextlib
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.evaluate.coco import read_coco
from edge.tasks.common.evaluation.entry import Annotation
from edge.tasks.common.evaluation.mode import Keypoints
from edge.tasks.pose.average_precision import Found, average_precision, average_recall, match, similarity
from edge.tasks.pose.evaluation import check
from edge.tracking.keypoints import COCO_17

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from edge.tasks.common.evaluation.entry import Entry
    from tests.support import SharedData


def somebody(x_px: float = 0.0, *, labelled: int = 17) -> Annotation:
    """Keypoints in a row, 10 pixels apart, of whom the first are labelled."""
    keypoints = np.array([(x_px + 10 * row, 50, 2 * (row < labelled)) for row in range(17)], np.float32)
    return Annotation(COCO_17.names, keypoints, (x_px, 0, 160, 100), 10_000.0)


def found(person: Annotation, score: float = 1.0, *, off_px: float = 0.0) -> Found:
    """Somebody who stands where the other stands, or so far to the right."""
    return Found(person.keypoints[:, :2] + np.array((off_px, 0), np.float32), score)


def guesses(entry: Entry, random: np.random.Generator) -> list[Found]:
    """People near those who are there, some missed, some twice, some invented; scores from a few values."""
    people = []
    for one in entry.annotations:
        for _ in range(random.integers(0, 3)):
            noise = random.normal(0, random.uniform(0, 0.15) * np.sqrt(one.area_px), (17, 2))
            places = one.keypoints[:, :2] if one.labelled.any() else np.array(one.box_px[:2])
            people.append(Found((places + noise).astype(np.float32), float(random.integers(1, 9)) / 8))
    people += [Found(random.uniform(0, 600, (17, 2)).astype(np.float32), float(random.uniform())) for _ in range(2)]
    return people


def by_pycocotools(path: Path, entries: Sequence[Entry], people: Sequence[Sequence[Found]]) -> tuple[float, ...]:
    """AP, AP50, AP75 and AR."""
    coco = pytest.importorskip("pycocotools.coco", reason="pycocotools is not here to compare with")
    cocoeval = pytest.importorskip("pycocotools.cocoeval")
    images = sorted(image["id"] for image in json.loads(path.read_text())["images"])
    results = [
        {
            "image_id": image,
            "category_id": 1,
            "keypoints": np.column_stack((one.keypoints, np.ones(17))).reshape(-1).tolist(),
            "score": one.score,
        }
        for image, of_one in zip(images, people, strict=True)
        for one in of_one
    ]
    assert len(images) == len(entries)
    with contextlib.redirect_stdout(io.StringIO()):
        truth = coco.COCO(str(path))
        evaluation = cocoeval.COCOeval(truth, truth.loadRes(results), "keypoints")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return tuple(float(evaluation.stats[at]) for at in (0, 1, 2, 5))


@pytest.mark.parametrize("seed", range(8))
def test_the_figures_are_those_of_pycocotools(shared: SharedData, seed: int) -> None:
    path = shared.path("media/pose_coco/person_keypoints.json")
    entries, problems = read_coco(path, Keypoints(check, all_count=True))
    random = np.random.default_rng(seed)
    people = [guesses(entry, random) for entry in entries]
    pictures = [match(entry.annotations, some) for entry, some in zip(entries, people, strict=True)]
    precision, recall = average_precision(pictures), average_recall(pictures)
    ours = (precision.mean(), precision[0], precision[5], recall.mean())
    assert problems == []
    assert ours == pytest.approx(by_pycocotools(path, entries, people), abs=1e-9)


def test_who_is_found_exactly_is_found_at_every_threshold() -> None:
    person = somebody()
    picture = match([person], [found(person)])
    assert similarity(person, found(person).keypoints) == 1.0
    assert average_precision([picture]) == pytest.approx(1.0)
    assert average_recall([picture]).tolist() == [1.0] * 10


def test_the_similarity_is_the_mean_over_the_labelled_keypoints() -> None:
    off_px = 5.0
    variances = (2 * COCO_17.falloffs[:3].astype(np.float64)) ** 2
    expected = np.exp(-(off_px**2) / (2 * 10_000 * variances)).mean()
    assert similarity(somebody(labelled=3), found(somebody(), off_px=off_px).keypoints) == pytest.approx(expected)


def test_a_surer_stranger_halves_the_precision() -> None:
    person = somebody()
    strangers = [found(person, 0.9, off_px=1000.0), found(person, 0.5)]
    assert average_precision([match([person], strangers)]) == pytest.approx(0.5)


def test_who_has_no_labelled_keypoint_is_neither_missed_nor_a_mistake() -> None:
    person, vague = somebody(), somebody(500.0, labelled=0)
    picture = match([vague, person], [found(person, 0.5), found(vague, 0.9)])
    assert picture.people == 1
    assert average_precision([picture]) == pytest.approx(1.0)


def test_without_anybody_there_is_no_figure() -> None:
    assert np.isnan(average_precision([match([], [found(somebody())])])).all()
    assert np.isnan(average_recall([])).all()


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(0, 40))
@settings(max_examples=50, deadline=None)
def test_figures_lie_between_nothing_and_all(scores: list[float], off_px: float) -> None:
    person = somebody()
    picture = match([person], [found(person, score, off_px=off_px) for score in scores])
    for figure in (average_precision([picture]), average_recall([picture])):
        assert ((figure >= 0) & (figure <= 1)).all()
        assert (np.diff(figure) <= 0).all()
