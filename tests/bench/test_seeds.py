"""Nothing is judged on what it has learnt."""

from __future__ import annotations

import ast
from itertools import combinations

import pytest

from bench import seeds
from tests.support import ROOT

RANGES = {name: value for name, value in vars(seeds).items() if isinstance(value, range)}


@pytest.mark.parametrize("two", [*combinations(RANGES, 2)], ids=" ".join)
def test_seeds_for_one_purpose_serve_no_other(two: tuple[str, str]) -> None:
    one, other = (RANGES[name] for name in two)
    assert one.stop <= other.start or other.stop <= one.start


def test_what_measures_does_not_know_what_trains() -> None:
    for path in (ROOT / "bench").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("models")), path
