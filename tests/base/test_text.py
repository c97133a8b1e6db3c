from __future__ import annotations

import os

import pytest

from edge.base.text import one_line, utf8_text


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


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("two\nlines,  and\tmore", "two lines, and more"),
        ("\x1b[31mred\x1b[0m", "[31mred [0m"),
        ("a\u2028b\u0085c\rd", "a b c d"),
        ("größer 試", "größer 試"),
        ("x" * 300, "x" * 250 + "…"),
        ("", ""),
    ],
)
def test_whatever_it_is_it_becomes_one_line(text: str, line: str) -> None:
    assert one_line(text) == line
