"""Picking categories from scores."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import ModelOutputError
from edge.runtime.interpreter import TfliteModel
from edge.runtime.labels import Labels
from edge.tasks.common.categories import CategorySelector, ScoreReader, softmax
from tests import odd_models
from tests.odd_models import colours, divided, greenness, quantized, reshaped, sigmoid

if TYPE_CHECKING:
    from pathlib import Path

    from edge.types import FloatArray
    from tests.odd_models import Tail

NAMES = ("cat", "dog", "fox", "owl")
LABELS = Labels(NAMES, ("Katze", "Hund", "Fuchs", "Eule"))
SCORES = np.array([0.1, 0.5, 0.15, 0.25], np.float32)


def names(selector: CategorySelector) -> list[str]:
    return [category.category_name for category in selector.select(SCORES)]


def test_the_best_come_first_with_all_their_names() -> None:
    best, second = CategorySelector(LABELS, max_results=2).select(SCORES)

    assert (best.index, best.score, best.category_name, best.display_name) == (1, 0.5, "dog", "Hund")
    assert second.category_name == "owl"


def test_minus_one_means_all() -> None:
    assert names(CategorySelector(LABELS, max_results=-1)) == ["dog", "owl", "fox", "cat"]


def test_more_than_there_are_means_all() -> None:
    assert len(names(CategorySelector(LABELS, max_results=99))) == 4


def test_the_threshold_includes_its_own_value() -> None:
    assert names(CategorySelector(LABELS, max_results=-1, score_threshold=0.25)) == ["dog", "owl"]


def test_only_what_is_allowed() -> None:
    assert names(CategorySelector(LABELS, max_results=3, allow=["cat", "fox"])) == ["fox", "cat"]


def test_nothing_that_is_denied() -> None:
    assert names(CategorySelector(LABELS, max_results=2, deny=["dog"])) == ["owl", "fox"]


def test_a_list_also_hides_scores_from_the_consensus() -> None:
    selector = CategorySelector(LABELS, max_results=2, deny=["dog"])

    np.testing.assert_array_equal(selector.visible(SCORES), np.array([0.1, 0, 0.15, 0.25], np.float32))


def test_unknown_names_are_ignored_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="edge"):
        selector = CategorySelector(LABELS, max_results=3, deny=["wolf"])

    assert names(selector) == ["dog", "owl", "fox"]
    assert "'wolf'" in caplog.text


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=30))
def test_softmax_is_a_distribution_in_the_same_order(logits: list[float]) -> None:
    scores = softmax(np.array(logits, np.float32))

    assert scores.sum() == pytest.approx(1, abs=1e-5)
    assert scores[int(np.argmax(logits))] == scores.max()


@given(st.lists(st.integers(0, 255), min_size=4, max_size=4), st.integers(1, 4))
def test_selection_is_the_top_of_a_full_sort(raw: list[int], count: int) -> None:
    scores = np.array([value / 256 for value in raw], np.float32)

    selected = CategorySelector(LABELS, max_results=count).select(scores)

    assert [c.score for c in selected] == sorted(scores.tolist(), reverse=True)[:count]


@pytest.mark.parametrize("limit", [1, 3, 40])
def test_equal_scores_come_in_the_order_of_their_index(limit: int) -> None:
    names = tuple(str(index) for index in range(1000))
    scores = np.zeros(1000, np.float32)
    scores[[900, 17, 500]] = 0.5

    chosen = CategorySelector(Labels(names, names), max_results=limit).select(scores)

    rest = [index for index in range(40) if index != 17]
    assert [category.index for category in chosen] == [17, 500, 900, *rest][:limit]


def scores_of_green(path: Path, tail: Tail, level: float = 200) -> FloatArray:
    """What a classifier makes of a picture with so much green."""
    model = TfliteModel(colours(path / "m.tflite", tail))
    (image,), (output,) = model.inputs.values(), model.outputs.values()
    model.view(image)[...] = (40, level, 60)
    model.invoke()
    return ScoreReader(model, output).read()


ONE_OUTPUT: dict[str, Tail] = {
    "sigmoid": lambda b, logits: sigmoid(b, greenness(b, logits)),
    "logit": greenness,
    "vector": lambda b, logits: reshaped(b, greenness(b, logits), (1,)),
    "scalar": lambda b, logits: reshaped(b, sigmoid(b, greenness(b, logits)), ()),
    "four dimensions": lambda b, logits: reshaped(b, sigmoid(b, greenness(b, logits)), (1, 1, 1, 1)),
    "uint8": lambda b, logits: quantized(b, sigmoid(b, greenness(b, logits)), "uint8", (1 / 256, 0)),
    "int8": lambda b, logits: quantized(b, sigmoid(b, greenness(b, logits)), "int8", (1 / 256, -128)),
    "int8 logit": lambda b, logits: quantized(b, greenness(b, logits), "int8", (0.1, 3)),
}


@pytest.mark.parametrize("name", ONE_OUTPUT)
def test_one_output_is_the_second_of_two_classes(tmp_path: Path, name: str) -> None:
    """Its logit is 6.5, so the second class has 0.9985."""
    scores = scores_of_green(tmp_path, ONE_OUTPUT[name])

    assert scores.dtype == np.float32
    np.testing.assert_allclose(scores, [0.0015, 0.9985], atol=1 / 256)


@pytest.mark.parametrize(
    "tail",
    [
        divided,
        lambda b, logits: odd_models.softmax(b, divided(b, logits)),
        greenness,
        lambda b, logits: sigmoid(b, greenness(b, logits)),
    ],
)
def test_what_is_no_number_is_an_error_and_the_next_may_be_one(tmp_path: Path, tail: Tail) -> None:
    assert scores_of_green(tmp_path, tail).sum() == pytest.approx(1)
    with pytest.raises(ModelOutputError, match=r"m.tflite: the model's answer is not a number"):
        scores_of_green(tmp_path, tail, level=np.nan)


@pytest.mark.parametrize("level", [np.nan, np.inf, 0])
def test_infinite_logits_are_no_numbers(tmp_path: Path, level: float) -> None:
    with pytest.raises(ModelOutputError):
        scores_of_green(tmp_path, divided, level)


def test_a_class_that_is_ruled_out_by_its_logit_is_no_error(tmp_path: Path) -> None:
    scores = scores_of_green(tmp_path, lambda b, logits: b.op("LOG", [logits], b.tensor((1, 3))), level=0)

    np.testing.assert_allclose(scores, [0.4, 0, 0.6], atol=1e-6)
