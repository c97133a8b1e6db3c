"""Telling the file the catalogue names from any other."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest

from edge.errors import ModelError
from edge.runtime.store.verification import git_blob_of, looks_like_model, sha256_of, verify
from tests.runtime.store.samples import bundle, git_blob, model_bytes, pinned, unpinned

CONTENT = model_bytes()


@pytest.fixture
def file() -> BytesIO:
    return BytesIO(CONTENT)


def test_the_ids_of_a_file(file: BytesIO) -> None:
    assert sha256_of(file) == hashlib.sha256(CONTENT).hexdigest()
    assert git_blob_of(file) == git_blob(CONTENT)


def test_the_id_of_an_empty_file_is_the_one_git_gives() -> None:
    assert git_blob_of(BytesIO()) == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def test_the_right_bytes_are_proven(file: BytesIO) -> None:
    assert verify(pinned("https://example.com/m", CONTENT), file, "here") == sha256_of(file)


def test_wrong_bytes_are_refused_with_both_hashes(file: BytesIO) -> None:
    remote = pinned("https://example.com/m", model_bytes(1))

    with pytest.raises(ModelError) as refused:
        verify(remote, file, "https://example.com/m")

    assert str(refused.value).startswith("https://example.com/m: not the right file")
    assert sha256_of(file) in str(refused.value)
    assert remote.sha256 in str(refused.value)


@pytest.mark.parametrize("length", [8, 40])
def test_a_git_id_or_its_beginning_proves_too(file: BytesIO, length: int) -> None:
    known = unpinned("https://example.com/m", git_blob=git_blob(CONTENT)[:length])

    assert verify(known, file, "here") == sha256_of(file)
    with pytest.raises(ModelError, match=f"its git id is {git_blob(CONTENT)}, it must begin with 00000000"):
        verify(replace(known, git_blob="00000000"), file, "here")


def test_where_nothing_is_known_it_has_to_be_a_model_at_least(file: BytesIO) -> None:
    unknown = unpinned("https://example.com/m")
    assert verify(unknown, file, "here") == sha256_of(file)

    with pytest.raises(ModelError, match="neither a TFLite model nor a bundle"):
        verify(unknown, BytesIO(b"<html>please log in</html>"), "here")


@pytest.mark.parametrize(("content", "is_model"), [(CONTENT, True), (bundle(CONTENT), True), (b"", False)])
def test_a_model_is_a_flatbuffer_or_a_bundle(content: bytes, is_model: bool) -> None:
    assert looks_like_model(BytesIO(content)) is is_model
