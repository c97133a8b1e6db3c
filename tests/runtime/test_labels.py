"""Which names a model's classes get."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.facts import ModelFacts
from edge.runtime.labels import find_labels
from tests.tflite import append_files, colour_classifier, metadata_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.support import SharedData

COLOURS = {"": "red\ngreen", "de": "rot\ngrün", "fr": "rouge"}


def model(folder: Path, inside: Mapping[str, str] | None = None) -> ModelFacts:
    """A model with label files, by locale, inside."""
    names = {locale: f"labels_{locale}.txt" for locale in inside or {}}
    path = colour_classifier(folder / "colour.tflite", metadata=metadata_bytes(names))
    return ModelFacts(append_files(path, {names[locale]: text for locale, text in inside.items()}) if inside else path)


def test_a_named_file_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("warm\ncold\n", encoding="utf-8")

    assert find_labels(model(tmp_path, COLOURS), own, "en", 2).category_names == ("warm", "cold")


def test_display_names_come_in_the_locale_asked_for(tmp_path: Path) -> None:
    labels = find_labels(model(tmp_path, COLOURS), None, "de", 2)

    assert labels.category_names == ("red", "green")
    assert labels.display_names == ("rot", "grün")


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_an_absent_or_incomplete_locale_shows_the_category_names(tmp_path: Path, locale: str) -> None:
    assert find_labels(model(tmp_path, COLOURS), None, locale, 2).display_names == ("red", "green")


def test_a_text_file_beside_the_model_is_found(tmp_path: Path) -> None:
    (tmp_path / "colour.txt").write_text("warm\ncold\n", encoding="utf-8")

    assert find_labels(model(tmp_path), None, "en", 2).category_names == ("warm", "cold")


def test_numbers_are_no_part_of_labels_wherever_these_are(tmp_path: Path) -> None:
    numbered = {"": "1 green\n0 red", "de": "0: rot\n1: grün"}
    (tmp_path / "colour.txt").write_bytes(b"\xef\xbb\xbf1\tcold\r\n0\twarm\r\n")

    inside, beside = find_labels(model(tmp_path, numbered), None, "de", 2), find_labels(model(tmp_path), None, "en", 2)

    assert (inside.category_names, inside.display_names) == (("red", "green"), ("rot", "grün"))
    assert beside.category_names == ("warm", "cold")


@pytest.mark.parametrize(
    ("path", "index", "name"),
    [
        ("mobilenet/mobilenet_v2_1.0_224_quant_google_legacy.tflite", 286, "Egyptian cat"),
        ("movinet/movinet_a0_stream_int8.tflite", 72, "carving ice"),
    ],
)
def test_a_model_of_the_catalogue_has_its_labels_under_any_name(
    tmp_path: Path, shared: SharedData, path: str, index: int, name: str
) -> None:
    mine = tmp_path / "mine.tflite"
    mine.write_bytes(shared.path(f"models/{path}").read_bytes())
    count = {"mobilenet": 1001, "movinet": 600}[path.partition("/")[0]]

    assert find_labels(ModelFacts(mine), None, "en", count).category_names[index] == name


def test_no_labels_name_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no labels inside the model and no colour.txt beside it.*`labels`"):
        find_labels(model(tmp_path), None, "en", 2)


def test_a_wrong_count_names_both_numbers(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("warm\ncold\nwet\n", encoding="utf-8")

    with pytest.raises(ModelError, match=r"own.txt: 3 labels, but .*colour.tflite has 2 classes"):
        find_labels(model(tmp_path, COLOURS), own, "en", 2)


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "labels.txt"
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ModelError, match=r"labels.txt: the label file cannot be read"):
        find_labels(model(tmp_path), binary, "en", 2)
    with pytest.raises(ModelError, match=r"none.txt: there is no such label file"):
        find_labels(model(tmp_path), tmp_path / "none.txt", "en", 2)


def test_a_byte_order_mark_is_no_part_of_a_label(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_bytes(b"\xef\xbb\xbfwarm\r\ncold\r\n")

    assert find_labels(model(tmp_path), own, "en", 2).category_names == ("warm", "cold")


@pytest.mark.parametrize("kind", ["pipe", "device", "large", "folder"])
def test_a_label_file_is_a_file_of_a_size(tmp_path: Path, kind: str) -> None:
    """A pipe would be waited for, for ever."""
    own = tmp_path / "own.txt"
    make: Mapping[str, Callable[[], object]] = {
        "pipe": lambda: os.mkfifo(own),
        "device": lambda: own.symlink_to("/dev/zero"),
        "large": lambda: own.write_bytes(b"warm\n" * 300_000),
        "folder": own.mkdir,
    }
    make[kind]()
    why = "more than 1,048,576 bytes" if kind == "large" else "not a file, but a"

    with pytest.raises(ModelError, match=rf"own\.txt: the label file cannot be read \({why}"):
        find_labels(model(tmp_path), own, "en", 2)


def test_a_pipe_beside_the_model_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "colour.txt")

    with pytest.raises(ModelError, match="no labels inside the model"):
        find_labels(model(tmp_path), None, "en", 2)
