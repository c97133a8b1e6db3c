from __future__ import annotations

import os

import pytest

from edge.base.text import utf8_text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"caf\xe9.jpg", r"caf\xe9.jpg"),
        ("café.jpg".encode(), "café.jpg"),
        ("日本 \N{PARROT}".encode(), "日本 \N{PARROT}"),
        (b"\xff\x80", r"\xff\x80"),
        ("é".encode("utf-16"), r"\xff\xfe\xe9" + "\0"),
        (rb"caf\xe9", r"caf\xe9"),
    ],
)
def test_every_file_name_becomes_text(name: bytes, shown: str) -> None:
    assert utf8_text(os.fsdecode(name)) == shown
    assert utf8_text(os.fsdecode(name)).encode() == shown.encode()
