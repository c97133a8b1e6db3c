"""docs/adding-a-task.md is the task that the tests add: the same files, the same line."""

from __future__ import annotations

import re

from tests.support import ROOT
from tests.toy.copy import LINE, TOY

PAGE = (ROOT / "docs/adding-a-task.md").read_text()


def test_the_page_names_each_file_of_the_task_and_no_other() -> None:
    files = {str(path.relative_to(TOY)) for path in TOY.rglob("*") if path.suffix in {".py", ".json"}}
    assert set(re.findall(r"^\| `([a-z_/]+\.\w+)` \|", PAGE, re.MULTILINE)) == files


def test_its_line_in_the_registry_is_the_one_that_is_added() -> None:
    assert re.findall(r"^```text\n(.*\n)```", PAGE, re.MULTILINE) == [LINE]


def test_what_else_it_names_is_there() -> None:
    assert [place for place in re.findall(r"\]\(\.\./([^)#]+)\)", PAGE) if not (ROOT / place).exists()] == []
    for place in re.findall(r"`((?:edge|tests|models|docs)/[a-z_/.-]+)`", PAGE):
        assert (ROOT / place).exists(), place
    for module in re.findall(r"python -m ([a-z_.]+)", PAGE):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
