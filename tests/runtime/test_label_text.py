"""Label files as people bring them."""

from __future__ import annotations

import pytest

from edge.runtime.label_text import split_labels


def test_labels_keep_their_index() -> None:
    assert split_labels("background\n\n  cat \n\n\n") == ("background", "", "cat")


@pytest.mark.parametrize(
    "text",
    [
        "0 red\n1 green\n2 blue\n",
        "0  red\n1  green\n2  blue",
        "0:red\n1:green\n2:blue\n",
        "0: red\n1: green\n2: blue\n",
        "0\tred\n1\tgreen\n2\tblue\n",
        "0,red\n1,green\n2,blue\n",
        "0, red\n1, green\n2, blue\n",
        "0;red\n1;green\n2;blue\n",
        "0. red\n1. green\n2. blue\n",
        "0) red\n1) green\n2) blue\n",
        "0 - red\n1 - green\n2 - blue\n",
        "000 red\n001 green\n002 blue\n",
        "2 blue\n0 red\n1 green\n",
        " 0 red\r\n 1 green\r\n 2 blue\r\n",
        "0 red\n\n1 green\n\n\n2 blue\n\n",
    ],
)
def test_a_number_at_every_line_is_the_class(text: str) -> None:
    assert split_labels(text) == ("red", "green", "blue")


def test_a_numbered_name_may_hold_anything() -> None:
    assert split_labels("0 7-up\n1 3d printer\n2 red, hot: pepper\n3\n") == (
        "7-up",
        "3d printer",
        "red, hot: pepper",
        "",
    )


@pytest.mark.parametrize(
    "names",
    [
        ("1 euro", "2 euro", "50 cent"),
        ("1 red", "2 green", "3 blue"),
        ("0 red", "1 green", "1 blue"),
        ("0 red", "2 green", "3 blue"),
        ("0 red", "1 green", "blue"),
        ("0-red", "1-green", "2-blue"),
        ("0d", "1d", "2d"),
        ("0.5 l", "1.5 l", "2.5 l"),
        ("0,5 l", "1,5 l", "2,5 l"),
        ("0:30", "1:30", "2:30"),
        ("0", "1", "2"),
        ("7-up", "3d printer"),
        ("0" * 5000 + " red",),
        ("\u0660 red", "\u0661 green"),
    ],
)
def test_names_that_begin_with_a_number_keep_it(names: tuple[str, ...]) -> None:
    assert split_labels("\n".join(names)) == names
