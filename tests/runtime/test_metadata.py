"""Labels and normalisation inside model files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.metadata import Metadata, read_metadata
from edge.runtime.normalization import Normalization
from tests.tflite import append_files, colour_classifier, metadata_bytes, metadata_of

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


@pytest.mark.parametrize(
    "metadata",
    [
        metadata_of(),
        metadata_of(subgraphs=1),
        metadata_bytes(normalization=(0.0, 1.0)),
        metadata_bytes({"": "labels.txt"}, kind=0),
    ],
    ids=["a name only", "an empty graph", "the input only", "a file of a kind that is not stated"],
)
def test_metadata_that_does_not_describe_the_labels_is_no_damage(tmp_path: Path, metadata: bytes) -> None:
    model = colour_classifier(tmp_path / "colour.tflite", metadata=metadata)
    append_files(model, {"labels.txt": "red\ngreen\nblue"})

    assert read_metadata(model).label_files == {"": ("red", "green", "blue")}


def test_a_file_that_is_stated_to_be_something_else_holds_no_labels(tmp_path: Path) -> None:
    model = colour_classifier(tmp_path / "colour.tflite", metadata=metadata_bytes({"": "about.txt"}, kind=1))

    assert read_metadata(append_files(model, {"about.txt": "What this is."})).label_files == {}


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
