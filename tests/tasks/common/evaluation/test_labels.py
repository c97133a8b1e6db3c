"""Which category a label means, and which place it took."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.tasks.common.category_result import CategoryResult
from edge.tasks.common.evaluation.entry import Entry
from edge.tasks.common.evaluation.labels import Place, TrueLabel, label_of, place, top_figures, true_category
from edge.types import Category, Settled
from tests.support import make_frame


def categories(*names: str) -> tuple[Category, ...]:
    """Of those names, the last class of the model being the best."""
    return tuple(Category(len(names) - 1 - at, 1 / (at + 1), name, "") for at, name in enumerate(names))


def result(*names: str, settled: str = "") -> CategoryResult:
    """With all categories, best first."""
    label = Settled(settled, 0) if settled else None
    return CategoryResult("classification", make_frame(), "m", "cpu", 1.0, categories(*names), label)


@pytest.mark.parametrize("said", ["tench", "Tinca tinca", "TENCH", "tench, Tinca tinca", " tinca_tinca "])
def test_a_label_is_a_whole_name_or_one_of_those_between_commas(said: str) -> None:
    assert true_category(categories("goldfish", "tench, Tinca tinca"), TrueLabel(said)).index == 0


def test_a_whole_name_comes_before_one_between_commas() -> None:
    assert true_category(categories("fox, red fox", "red fox"), TrueLabel("red fox")).index == 0


def test_a_number_is_that_of_the_models_output() -> None:
    assert true_category(categories("crane", "crane"), TrueLabel("crane", 1)).index == 1


@pytest.mark.parametrize(
    ("truth", "sentence"),
    [
        (TrueLabel("crane"), "label 'crane' is the name of several classes, 0, 1; say which in a column index"),
        (TrueLabel("cranes"), "label 'cranes' is no class of the model"),
        (TrueLabel("", 2), "class 2 is no class of the model"),
    ],
)
def test_a_label_that_means_no_class_or_several_is_told(truth: TrueLabel, sentence: str) -> None:
    with pytest.raises(ValueError) as caught:
        true_category(categories("crane", "crane"), truth)
    assert str(caught.value) == sentence


def test_a_class_has_its_place_and_may_have_settled() -> None:
    last = result("green", "red", settled="red")
    assert place(last, TrueLabel("red")) == Place(2, 2, is_settled=True)
    assert place(last, TrueLabel("green")) == Place(1, 2)


def test_an_entry_without_a_label_says_nothing() -> None:
    assert label_of(Entry(Path("a.png"), "t.csv:2", label="red")) == TrueLabel("red")
    with pytest.raises(ValueError, match="has no label"):
        label_of(Entry(Path("a.png"), "t.csv:2"))


def test_the_share_of_first_places_and_of_the_first_five() -> None:
    first, fifth = top_figures([Place(1, 6), Place(5, 6), Place(6, 6), Place(1, 6)], "pictures")
    assert (first.name, first.value, first.count, first.of) == ("top-1", 0.5, 4, "pictures")
    assert (fifth.name, fifth.value) == ("top-5", 0.75)


def test_of_five_classes_all_are_among_the_first_five_which_says_nothing() -> None:
    assert [figure.name for figure in top_figures([Place(3, 5)], "pictures")] == ["top-1"]


def test_nothing_judged_is_no_figure() -> None:
    (first,) = top_figures([], "pictures")
    assert (first.value, first.count) == (None, 0)
