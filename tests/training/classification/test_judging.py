"""The figures of the starter classification model's evaluation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from bench.seeds import VALIDATION
from bench.starter.classification import MOMENTS_S, SIZE, Report, judge, show
from bench.starter.speed import invoke_ms
from edge.scene.generate import random_scene
from edge.scene.truth import SCENE_CLASSES
from tests.tflite import append_files, colour_classifier

if TYPE_CHECKING:
    from pathlib import Path

CONFUSION = ((8, 2, 0), (1, 4, 0), (0, 0, 0))


def toy(path: Path, first: str) -> Path:
    """A classifier of three classes, the first of this name; it goes by colour alone."""
    others = [name for name in SCENE_CLASSES if name != first][:2]
    return append_files(colour_classifier(path), {"labels.txt": "\n".join([first, *others])})


def test_shares_come_from_the_confusion() -> None:
    report = Report("m", ("a", "b", "c"), CONFUSION)

    assert report.pictures == 15
    assert report.top1 == pytest.approx(12 / 15)
    assert (report.recall(0), report.recall(1)) == (0.8, 0.8)
    assert math.isnan(report.recall(2))


@pytest.mark.no_cover
def test_every_model_sees_every_picture_under_its_true_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seeds = VALIDATION[:2]
    truths = []
    for seed in seeds:
        scene = random_scene(np.random.default_rng(seed), "classification", size=SIZE)
        truths += [SCENE_CLASSES.index(scene.render(time_s)[1].scene_class) for time_s in MOMENTS_S]

    reports = judge([toy(tmp_path / f"{name}.tflite", name) for name in SCENE_CLASSES[:2]], seeds)
    show(reports)

    for report in reports:
        rows = np.array(report.confusion).sum(axis=1)
        assert rows.tolist() == np.bincount(truths, minlength=len(SCENE_CLASSES)).tolist()
    assert "empty_room.tflite" in capsys.readouterr().out


def test_models_take_turns_on_the_clock(tmp_path: Path) -> None:
    times_ms = invoke_ms([colour_classifier(tmp_path / "a.tflite"), colour_classifier(tmp_path / "b.tflite")], rounds=3)

    assert len(times_ms) == 2
    assert min(times_ms) > 0
