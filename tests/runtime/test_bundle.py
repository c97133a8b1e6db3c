"""Models in a bundle."""

from __future__ import annotations

import errno
import os
import zipfile
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.errors import ModelError
from edge.runtime.bundle import file_of, is_member, read_member
from edge.runtime.interpreter import TfliteModel
from edge.runtime.model_file import check_model_file
from tests.tflite import colour_classifier

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle of a model and a text."""
    path = tmp_path / "toy.task"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(colour_classifier(tmp_path / "toy.tflite"), "toy.tflite")
        archive.writestr("notes.txt", "not a model")
    return path


def test_a_member_runs_as_its_file_does(bundle: Path, tmp_path: Path) -> None:
    inside, outside = TfliteModel(bundle / "toy.tflite"), TfliteModel(tmp_path / "toy.tflite")

    for model in (inside, outside):
        model.view(next(iter(model.inputs.values())))[...] = 100
        model.invoke()

    one, other = (model.view(next(iter(model.outputs.values()))) for model in (inside, outside))
    np.testing.assert_array_equal(one, other)


def test_a_member_belongs_to_the_file_of_its_bundle(bundle: Path, tmp_path: Path) -> None:
    assert is_member(bundle / "toy.tflite")
    assert file_of(bundle / "toy.tflite") == bundle
    assert file_of(tmp_path / "toy.tflite") == tmp_path / "toy.tflite"


def test_what_a_bundle_lacks_is_said_with_what_it_has(bundle: Path) -> None:
    with pytest.raises(ModelError, match=r"toy\.task: a bundle without hand\.tflite; it holds notes\.txt, toy\.tflite"):
        check_model_file(bundle / "hand.tflite")


def test_a_member_that_is_no_model_is_named(bundle: Path) -> None:
    with pytest.raises(ModelError, match=r"its member notes\.txt is not a TFLite model"):
        read_member(bundle / "notes.txt")


def test_a_truncated_bundle_is_named(bundle: Path) -> None:
    bundle.write_bytes(bundle.read_bytes()[:-40])

    with pytest.raises(ModelError, match=r"toy\.task: not a complete bundle of models"):
        TfliteModel(bundle / "toy.tflite")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
def test_a_bundle_that_may_not_be_seen_is_named(bundle: Path) -> None:
    bundle.parent.chmod(0o600)
    try:
        with pytest.raises(ModelError, match=r"toy\.task: cannot be read \(Permission denied\)"):
            check_model_file(bundle / "toy.tflite")
    finally:
        bundle.parent.chmod(0o700)


def test_a_bundle_whose_folder_cannot_be_looked_into_is_no_surprise(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root, too, for whom no folder is closed."""

    def refuse(*_: object) -> bool:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(type(bundle), "is_file", refuse)
    with pytest.raises(ModelError, match=r"toy\.task: cannot be read \(Permission denied\)"):
        read_member(bundle / "toy.tflite")


def test_names_that_are_no_text_are_damage(bundle: Path) -> None:
    content = bundle.read_bytes().replace(b"notes.txt", b"\xff\xfe\xfd\xfc\xfb.txt")
    flagged = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # where each header says that names are UTF-8
        place = -1
        while (place := content.find(mark, place + 1)) >= 0:
            flagged[place + at + 1] |= 0x08
    bundle.write_bytes(flagged)

    with pytest.raises(ModelError, match=r"toy\.task: not a complete bundle of models"):
        read_member(bundle / "toy.tflite")


def test_a_bundle_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"away\.task: no such bundle of models"):
        read_member(tmp_path / "away.task" / "toy.tflite")
