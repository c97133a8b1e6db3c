"""Which names a model's classes get."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.errors import ModelError
from edge.runtime.labels import find_labels
from edge.runtime.metadata import Metadata

NOTHING = Metadata({}, None)
COLOURS = Metadata({"": ("red", "green"), "de": ("rot", "grün"), "fr": ("rouge",)}, None)
MODEL = Path("colour.tflite")


def test_a_named_file_comes_first(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("warm\ncold\n", encoding="utf-8")

    assert find_labels(MODEL, COLOURS, own, "en", 2).category_names == ("warm", "cold")


def test_display_names_come_in_the_locale_asked_for() -> None:
    labels = find_labels(MODEL, COLOURS, None, "de", 2)

    assert labels.category_names == ("red", "green")
    assert labels.display_names == ("rot", "grün")


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_an_absent_or_incomplete_locale_shows_the_category_names(locale: str) -> None:
    assert find_labels(MODEL, COLOURS, None, locale, 2).display_names == ("red", "green")


def test_a_text_file_beside_the_model_is_found(tmp_path: Path) -> None:
    (tmp_path / "colour.txt").write_text("warm\ncold\n", encoding="utf-8")

    assert find_labels(tmp_path / "colour.tflite", NOTHING, None, "en", 2).category_names == ("warm", "cold")


def test_no_labels_name_the_remedy() -> None:
    with pytest.raises(ModelError, match=r"no labels inside the model and no colour.txt beside it.*`labels`"):
        find_labels(MODEL, NOTHING, None, "en", 2)


def test_a_wrong_count_names_both_numbers(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("warm\ncold\nwet\n", encoding="utf-8")

    with pytest.raises(ModelError, match=r"own.txt: 3 labels, but colour.tflite has 2 classes"):
        find_labels(MODEL, COLOURS, own, "en", 2)


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    binary = tmp_path / "labels.txt"
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ModelError, match=r"labels.txt: the label file cannot be read"):
        find_labels(MODEL, NOTHING, binary, "en", 2)
    with pytest.raises(ModelError, match=r"none.txt: there is no such label file"):
        find_labels(MODEL, NOTHING, tmp_path / "none.txt", "en", 2)


def test_a_byte_order_mark_is_no_part_of_a_label(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_bytes(b"\xef\xbb\xbfwarm\r\ncold\r\n")

    assert find_labels(MODEL, NOTHING, own, "en", 2).category_names == ("warm", "cold")
