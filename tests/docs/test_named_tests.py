"""Where a page names a test for what it says, there is such a test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
NAMED = re.compile(r"`(tests/[\w./-]+)(?:::(\w+))?`")


def missing(text: str) -> list[str]:
    """The tests that are named and are not there."""
    found = NAMED.findall(text)
    return [f"{path}::{name}" if name else path for path, name in found if not is_there(ROOT / path, name)]


def is_there(path: Path, name: str) -> bool:
    return path.exists() and (not name or re.search(rf"^def {name}\(", path.read_text(), re.MULTILINE) is not None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    assert missing(page.read_text()) == []


def test_one_that_is_not_there_is_found() -> None:
    assert missing("`tests/none.py`, `tests/docs/test_named_tests.py::test_none`, `tests/docs`") == [
        "tests/none.py",
        "tests/docs/test_named_tests.py::test_none",
    ]


def test_every_place_of_the_threat_model_names_tests() -> None:
    _, _, model = (ROOT / "docs/security.md").read_text().partition("## Threat model")
    places = model.split("\n### ")[1:]
    assert len(places) == 8
    assert all("::" in place for place in places)
