"""Replaying a session that stands in a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.transcript import Step, first_block, read_transcript, replay, says

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """\
# Title

```toml
a = 1
```

## Look

```console
$ look at it
one
two
$ again
```

```sh
replayed if asked

and this
```

# not a heading, but nobody minds

```console
$ sudo change it
done
```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(PAGE)
    return path


def test_commands_are_read_in_order_with_what_came(page: Path) -> None:
    assert read_transcript(page) == [
        Step("Look", 10, "look at it", "one\ntwo\n"),
        Step("Look", 13, "again", ""),
        Step("not a heading, but nobody minds", 25, "sudo change it", "done\n"),
    ]


def test_lines_of_sh_blocks_are_commands_too_and_may_say_anything(page: Path) -> None:
    steps = read_transcript(page, with_sh=True)
    assert steps[2:4] == [
        Step("Look", 17, "replayed if asked", "…\n"),
        Step("Look", 19, "and this", "…\n"),
    ]
    assert [step for step in steps if step.output != "…\n"] == read_transcript(page)


def test_the_file_it_begins_with_is_found(page: Path) -> None:
    assert first_block(page, "toml") == "a = 1\n"


@pytest.mark.parametrize(
    ("expected", "came"),
    [
        ("", ""),
        ("a b\n", "a   b\n"),
        ("a … z\n", "a b c z\n"),
        ("≈3.5 ms\n", "12 ms\n"),
        ("≈3 ms\n", "-0.25 ms\n"),
        ("≈1,200.5 ms, ≈0 lost\n", "0.07 ms, 0 lost\n"),
        ("≈0.0 lost\n", "1.5 lost\n"),
        ("…\nlast\n", "first\nsecond\nlast\n"),
        ("…\nlast\n", "last\n"),
        ("first\n…\n", "first\n"),
        ("a.b (c)\n", "a.b (c)\n"),
        ("a\nb\n", "\na\n\nb\n"),
    ],
)
def test_what_stands_there_may_come_so(expected: str, came: str) -> None:
    assert says(expected, came)


@pytest.mark.parametrize(
    ("expected", "came"),
    [
        ("", "a\n"),
        ("a\n", ""),
        ("a.b\n", "axb\n"),
        ("≈3 ms\n", "three ms\n"),
        ("≈3 ms\n", "0 ms\n"),
        ("≈3 ms\n", "-0.00 ms\n"),
        ("≈0 lost\n", "none lost\n"),
        ("a … z\n", "a b\nc z\n"),
        ("…\nlast\n", "last\nafter\n"),
        ("a\nb\n", "b\na\n"),
    ],
)
def test_and_not_so(expected: str, came: str) -> None:
    assert not says(expected, came)


def test_who_only_looks_looks_again() -> None:
    answers = iter(["not yet\n", "now\n"])

    replay([Step("", 1, "look", "now\n")], lambda _: next(answers))

    assert next(answers, None) is None


def test_a_change_is_made_once_and_told_with_what_was_expected() -> None:
    ran: list[str] = []

    def run(command: str) -> str:
        ran.append(command)
        return "wrong\n"

    with pytest.raises(AssertionError, match=r"line 7: \$ sudo change\nexpected:\nright\n\ncame:\nwrong\n"):
        replay([Step("", 7, "sudo change", "right\n")], run)

    assert ran == ["sudo change"]
