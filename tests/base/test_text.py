from __future__ import annotations

import json
import os

import pytest

from edge.base.text import one_line, printable, printable_json, printable_lines, utf8_text


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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07", r"\x1b[2J\x1b]0;owned\x07"),
        ("\x9b31m \x7f \x00", r"\x9b31m \x7f \x00"),
        ("gpj\u202egnp.exe\u2066\u200f", r"gpj\u202egnp.exe\u2066\u200f"),
        ("soft\xad zero\u200b\ufeff", r"soft\xad zero\u200b\ufeff"),
        ("a\nb\u2028c\u0085d\re", r"a\x0ab\u2028c\x85d\x0de"),
        ("half \ud83d, byte \udce9", r"half \ud83d, byte \xe9"),
        ("\N{BLACK FLAG}\U000e0067\U000e007f", "\N{BLACK FLAG}" + r"\ue0067\ue007f"),
        ("größer 試 می\u200cشود 👩\u200d👧", "größer 試 می\u200cشود 👩\u200d👧"),
        ("[red]bold[/red] \\x1b", "[red]bold[/red] \\x1b"),
    ],
)
def test_what_controls_a_terminal_is_shown_and_not_done(text: str, shown: str) -> None:
    assert printable(text) == shown
    assert printable(shown) == shown


def test_lines_stay_lines_where_they_may() -> None:
    assert printable_lines("one\ntwo\r\x1b[A") == "one\ntwo\\x0d\\x1b[A"


@pytest.mark.parametrize(
    "text", ["\x1b[2J\n", "\x9b\x7f", "\u202e\u2028", "\ud83d \udce9", "\U000e0067", "plain größer"]
)
def test_json_says_the_same_and_controls_nothing(text: str) -> None:
    document = printable_json(json.dumps({text: [text]}, indent=2, ensure_ascii=False))
    assert json.loads(document) == {text: [text]}
    assert printable_lines(document) == document
