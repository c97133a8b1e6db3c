"""Label files that number their lines, as Teachable Machine and Coral write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cases.classifying import CASES, classify

if TYPE_CHECKING:
    from pathlib import Path

MODEL, GREEN = "03-numbered-labels/colours.tflite", "03-numbered-labels/green.png"


@pytest.mark.parametrize("labels", ["teachable.txt", "coral.txt"])
def test_the_number_is_no_part_of_the_name(capsys: pytest.CaptureFixture[str], labels: str) -> None:
    seen = classify(capsys, MODEL, GREEN, labels=CASES / "03-numbered-labels" / labels)

    assert (seen.status, seen.best, set(seen.scores)) == (0, "green", {"red", "green", "blue"})


def test_names_that_begin_with_a_number_keep_it(capsys: pytest.CaptureFixture[str]) -> None:
    seen = classify(capsys, MODEL, GREEN, labels=CASES / "03-numbered-labels" / "names.txt")

    assert (seen.best, set(seen.scores)) == ("2 euro", {"1 euro", "2 euro", "50 cent"})


def test_the_order_of_the_lines_does_not_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("2: blue\n1: green\n0: red\n", encoding="utf-8")

    assert classify(capsys, MODEL, GREEN, labels=labels).best == "green"
