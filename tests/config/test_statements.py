import pytest

from edge.config import statements as room
from edge.config.statements import Statement, lines_of, parse_or_none, statements

DOCUMENT = '''\
# a comment
title = "top"

[pose]  # people
fit = "stretch"
region = [  # four numbers
  0, 0,  # ]
  0.5, 1,
]
"quoted key" = """
# [not a header]
max_people = 3
"""
[mqtt.deep]
host = "a"
[[list]]
x = { y = 1 }
'''


def test_every_statement_is_found_with_its_lines() -> None:
    assert [(s.first, s.last, s.paths[-1], s.is_header) for s in statements(DOCUMENT)] == [
        (2, 2, ("title",), False),
        (4, 4, ("pose",), True),
        (5, 5, ("pose", "fit"), False),
        (6, 9, ("pose", "region"), False),
        (10, 13, ("pose", "quoted key"), False),
        (14, 14, ("mqtt", "deep"), True),
        (15, 15, ("mqtt", "deep"), False),
        (16, 16, ("list",), True),
        (17, 17, ("list", "x"), False),
    ]


def test_dotted_keys_and_inline_tables_name_every_key() -> None:
    assert list(statements('pose.fit = "stretch"\nmqtt = { host = "a", port = 1 }\n')) == [
        Statement(1, 1, (("pose",), ("pose", "fit")), is_header=False),
        Statement(2, 2, (("mqtt",), ("mqtt", "host"), ("mqtt", "port")), is_header=False),
    ]


def test_line_ends_of_windows_do_not_matter() -> None:
    assert lines_of(DOCUMENT.replace("\n", "\r\n")) == lines_of(DOCUMENT)


def test_a_section_stands_where_it_is_first_named() -> None:
    assert lines_of('[pose]\nfit = "a"\n[mqtt]\n')[("pose",)] == 1


def test_a_hostile_file_loses_its_line_numbers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert room._PARSED_CHARACTERS > 256 * 1024  # every ordinary file is far below
    monkeypatch.setattr(room, "_PARSED_CHARACTERS", 256 * 1024)
    nested = "a = [\n" + "[], \n" * 5000 + "]\nb = 1\n"
    lines = lines_of("first = 1\n" + nested)
    assert lines == {("first",): 1}


def test_a_number_of_thousands_of_digits_is_no_toml() -> None:
    assert parse_or_none(f"a = {'9' * 5000}") is None
    assert parse_or_none(f"a = {'[' * 5000}") is None
