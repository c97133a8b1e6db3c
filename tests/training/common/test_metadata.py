"""Metadata and labels written into a model, read back as the appliance does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from ai_edge_litert import schema_py_generated as schema

from edge.runtime.interpreter import TfliteModel
from edge.runtime.metadata import read_metadata
from edge.runtime.normalization import Normalization
from edge.tasks.classification.classifier import Classifier
from edge.tasks.common.look import STRETCHED
from models.training.common.metadata import add_metadata
from tests.support import make_frame
from tests.tflite import colour_classifier

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import FloatArray

LABELS = ("red", "green", "blue")
SHOWN = ("Rot", "Grün", "Blau")


def described(path: Path) -> Path:
    plain = colour_classifier(path, dtype="float32", logits=True).read_bytes()
    path.write_bytes(
        add_metadata(
            plain, name="Colours", description="Tells colours", mean=100, std=10, labels=LABELS, display={"de": SHOWN}
        )
    )
    return path


def scores(model: Path) -> FloatArray:
    task = Classifier(model, TfliteModel)
    return task.observe(make_frame(np.full((8, 8, 3), (110, 100, 90), np.uint8)), STRETCHED).values


def test_the_appliance_reads_what_was_written(tmp_path: Path) -> None:
    model = described(tmp_path / "colours.tflite")

    found = read_metadata(model)
    labels = Classifier(model, TfliteModel, locale="de").traits

    assert found.label_files == {"": LABELS, "de": SHOWN}
    assert found.normalization == Normalization((100.0,), (10.0,))
    assert (labels.category_names, labels.display_names) == (LABELS, SHOWN)


def test_the_model_computes_as_before_and_obeys_the_normalisation(tmp_path: Path) -> None:
    expected = np.exp([1, 0, -1]) / np.exp([1, 0, -1]).sum()

    np.testing.assert_allclose(scores(described(tmp_path / "colours.tflite")), expected, atol=1e-6)


def test_buffers_lie_where_the_schema_wants_them(tmp_path: Path) -> None:
    content = described(tmp_path / "colours.tflite").read_bytes()
    model = schema.Model.GetRootAs(content)
    buffers = [model.Buffers(index) for index in range(model.BuffersLength())]
    places = [b._tab.Vector(b._tab.Offset(4)) for b in buffers if b is not None and b.DataLength() > 0]

    assert len(places) >= 2
    assert [place % 16 for place in places] == [0] * len(places)


def test_the_same_twice(tmp_path: Path) -> None:
    assert described(tmp_path / "a.tflite").read_bytes() == described(tmp_path / "b.tflite").read_bytes()


def test_a_model_without_classes_needs_no_labels(tmp_path: Path) -> None:
    path = colour_classifier(tmp_path / "m.tflite")
    path.write_bytes(add_metadata(path.read_bytes(), name="Plain", description="None", mean=0, std=1))

    assert read_metadata(path).label_files == {}
    assert read_metadata(path).normalization == Normalization((0.0,), (1.0,))
