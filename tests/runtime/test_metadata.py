"""Labels and normalisation inside model files."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.metadata import Metadata, read_metadata
from edge.runtime.normalization import Normalization
from tests.tflite import (
    append_files,
    colour_classifier,
    metadata_again_and_again,
    metadata_bytes,
    metadata_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
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


def with_archive(folder: Path, pack: Callable[[zipfile.ZipFile], None]) -> Path:
    model = colour_classifier(folder / "colour.tflite")
    with zipfile.ZipFile(model, "a") as archive:
        pack(archive)
    return model


def lie(archive: zipfile.ZipFile) -> None:
    """Says that it is small."""
    archive.writestr("labels.txt", b"a" * 3_000_000, zipfile.ZIP_DEFLATED)
    archive.getinfo("labels.txt").file_size = 10


def add(archive: zipfile.ZipFile, *names: str, size: int = 9, packing: int = zipfile.ZIP_DEFLATED) -> None:
    for name in names:
        archive.writestr(name, b"a" * size, packing)


BOMBS: dict[str, Callable[[zipfile.ZipFile], None]] = {
    "one large file": lambda archive: add(archive, "labels.txt", size=1_200_000),
    "many files": lambda archive: add(archive, *(f"{n}.txt" for n in range(5)), size=1_000_000),
    "a lie": lie,
    "bzip2": lambda archive: add(archive, "labels.txt", packing=zipfile.ZIP_BZIP2),
    "lzma": lambda archive: add(archive, "labels.txt", packing=zipfile.ZIP_LZMA),
    "a large directory": lambda archive: add(archive, *(f"{n:01000}" for n in range(1100))),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_unpacks_to_too_much_is_damage(tmp_path: Path, bomb: str) -> None:
    model = with_archive(tmp_path, BOMBS[bomb])

    with pytest.raises(ModelError, match="the metadata inside the model is damaged"):
        read_metadata(model)


def test_other_files_of_the_archive_may_be_large(tmp_path: Path) -> None:
    model = with_archive(tmp_path, lambda archive: archive.writestr("vocabulary.bin", bytes(9_000_000)))
    append_files(model, {"labels.txt": "red\ngreen\nblue"})

    assert read_metadata(model).label_files == {"": ("red", "green", "blue")}


def test_a_vector_that_claims_more_than_any_model_has_is_damage(tmp_path: Path) -> None:
    metadata = metadata_bytes({"": "labels.txt"}, normalization=(127.0, 128.0))
    mean = metadata.index(struct.pack("<If", 1, 127.0))
    claimed = metadata[:mean] + struct.pack("<I", 100_001) + metadata[mean + 4 :] + bytes(500_000)
    model = colour_classifier(tmp_path / "colour.tflite", metadata=claimed)

    with pytest.raises(ModelError, match=r"damaged \(100,001 entries where at most 100,000 are expected\)"):
        read_metadata(model)


def test_too_little_memory_is_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_text: str) -> None:
        raise MemoryError

    monkeypatch.setattr("edge.runtime.metadata.split_labels", fail)

    with pytest.raises(ModelError, match="the metadata inside the model is damaged"):
        read_metadata(append_files(colour_classifier(tmp_path / "colour.tflite"), {"labels.txt": "red"}))


@pytest.mark.parametrize("content", [b"", b"TFL3"])
def test_what_is_hardly_a_file_is_damage(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.tflite").write_bytes(content)

    with pytest.raises(ModelError, match="the metadata inside the model is damaged"):
        read_metadata(tmp_path / "m.tflite")


@pytest.mark.parametrize(
    ("tensors", "units", "files"), [(3000, 1, 1), (1, 3000, 1), (1, 1, 3000)], ids=["tensors", "units", "files"]
)
def test_metadata_that_would_be_looked_through_for_hours_is_damage(
    tmp_path: Path, tensors: int, units: int, files: int
) -> None:
    """Each entry costs four bytes, where all lead to the same table, and every list within a list multiplies."""
    metadata = metadata_again_and_again(tensors, units, files)
    model = colour_classifier(tmp_path / "colour.tflite", metadata=metadata)
    append_files(model, {"labels.txt": "red\ngreen\nblue"})

    with pytest.raises(ModelError, match=r"damaged \(3,000 entries where at most [0-9,]+ are expected\)"):
        read_metadata(model)


def test_metadata_of_a_model_with_many_states_is_read(tmp_path: Path) -> None:
    model = colour_classifier(tmp_path / "colour.tflite", metadata=metadata_again_and_again(300, 4, 8))

    assert read_metadata(model).normalization is None
