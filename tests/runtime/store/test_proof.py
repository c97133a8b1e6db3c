"""Telling the file the catalogue names from any other."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.store.proof import git_blob_of, looks_like_model, prove, sha256_of
from tests.runtime.store.samples import bundle, git_blob, model_bytes, pinned, unpinned

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = model_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model"
    path.write_bytes(CONTENT)
    return path


def test_the_ids_of_a_file(path: Path) -> None:
    assert sha256_of(path) == hashlib.sha256(CONTENT).hexdigest()
    assert git_blob_of(path) == git_blob(CONTENT)


def test_the_id_of_an_empty_file_is_the_one_git_gives(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert git_blob_of(tmp_path / "empty") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_the_right_bytes_are_proven(path: Path) -> None:
    assert prove(pinned("https://example.com/m", CONTENT), path, "here") == sha256_of(path)


def test_wrong_bytes_are_refused_with_both_hashes(path: Path) -> None:
    wanted = pinned("https://example.com/m", model_bytes(1))

    with pytest.raises(ModelError) as refused:
        prove(wanted, path, "https://example.com/m")

    assert str(refused.value).startswith("https://example.com/m: not the right file")
    assert sha256_of(path) in str(refused.value)
    assert wanted.sha256 in str(refused.value)


@pytest.mark.parametrize("length", [8, 40])
def test_a_git_id_or_its_beginning_proves_too(path: Path, length: int) -> None:
    known = unpinned("https://example.com/m", git_blob=git_blob(CONTENT)[:length])

    assert prove(known, path, "here") == sha256_of(path)
    with pytest.raises(ModelError, match=f"its git id is {git_blob(CONTENT)}, it must begin with 00000000"):
        prove(replace(known, git_blob="00000000"), path, "here")


def test_where_nothing_is_known_it_has_to_be_a_model_at_least(path: Path) -> None:
    unknown = unpinned("https://example.com/m")
    assert prove(unknown, path, "here") == sha256_of(path)

    path.write_bytes(b"<html>please log in</html>")
    with pytest.raises(ModelError, match="neither a TFLite model nor a bundle"):
        prove(unknown, path, "here")


@pytest.mark.parametrize(("content", "is_model"), [(CONTENT, True), (bundle(CONTENT), True), (b"", False)])
def test_a_model_is_a_flatbuffer_or_a_bundle(path: Path, content: bytes, is_model: bool) -> None:
    path.write_bytes(content)

    assert looks_like_model(path) is is_model
