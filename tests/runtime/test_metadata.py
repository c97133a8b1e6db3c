"""Labels and normalisation inside model files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.metadata import Metadata, read_metadata
from edge.runtime.normalization import Normalization
from tests.tflite import append_files, colour_classifier, metadata_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support import SharedData


def test_labels_in_two_languages_and_normalisation(tmp_path: Path) -> None:
    metadata = metadata_bytes({"": "labels.txt", "de": "labels_de.txt"}, normalization=(127.0, 128.0))
    model = colour_classifier(tmp_path / "colour.tflite", metadata=metadata)
    append_files(model, {"labels.txt": "red\ngreen\nblue\n", "labels_de.txt": "rot\ngrün\nblau\n"})

    found = read_metadata(model)

    assert found.label_files == {"": ("red", "green", "blue"), "de": ("rot", "grün", "blau")}
    assert found.normalization == Normalization((127.0,), (128.0,))


def test_a_lone_label_file_without_description_counts(tmp_path: Path) -> None:
    model = append_files(colour_classifier(tmp_path / "colour.tflite"), {"labels.txt": "red\ngreen\nblue"})

    assert read_metadata(model).label_files == {"": ("red", "green", "blue")}


def test_each_channel_may_have_its_own_normalisation(tmp_path: Path) -> None:
    mean, std = (123.0, 116.0, 103.0), (58.0, 57.0, 57.5)
    metadata = metadata_bytes(normalization=(mean, std), size=(192, 256))

    found = read_metadata(colour_classifier(tmp_path / "colour.tflite", metadata=metadata))

    assert found.normalization == Normalization(mean, std)
    assert found.input_px == (192, 256)


def test_a_model_may_carry_nothing(tmp_path: Path) -> None:
    assert read_metadata(colour_classifier(tmp_path / "colour.tflite")) == Metadata({}, None)


def test_damaged_metadata_is_named(tmp_path: Path) -> None:
    model = colour_classifier(tmp_path / "colour.tflite", metadata=metadata_bytes({"": "labels.txt"})[:20])

    with pytest.raises(ModelError, match=r"colour.tflite: the metadata inside the model is damaged"):
        read_metadata(model)


def test_real_metadata(shared: SharedData) -> None:
    flowers = read_metadata(shared.path("models/efficientnet_lite0/flowers5_tflclassify_int8.tflite"))
    birds = read_metadata(shared.path("models/mobilenet/mobilenet_v1_0.25_224_quant_metadata.tflite"))

    assert flowers.label_files[""] == ("daisy", "dandelion", "roses", "sunflowers", "tulips")
    assert birds.label_files[""][934] == "cheeseburger"
    assert birds.normalization == Normalization((127.5,), (127.5,))
