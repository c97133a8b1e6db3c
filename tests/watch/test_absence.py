from __future__ import annotations

import pytest

from edge.watch.absence import absence


@pytest.mark.parametrize(
    ("silent", "others", "sentence"),
    [
        (["hall"], [], "nothing is known of hall; no other device is known at this broker either"),
        (["hall"], ["pi-1"], "nothing is known of hall; at this broker are pi-1"),
        (["kitchn"], ["kitchen"], "nothing is known of kitchn (did you mean kitchen?); at this broker are kitchen"),
        (["hall"], ["\x1b[2J", "pi"], "nothing is known of hall; at this broker are \\x1b[2J, pi"),
    ],
)
def test_who_is_there_is_named(silent: list[str], others: list[str], sentence: str) -> None:
    assert absence(silent, others) == sentence


def test_many_are_counted() -> None:
    assert absence(["x"], [f"pi-{number}" for number in range(25)]).endswith("pi-9 and 15 more")
