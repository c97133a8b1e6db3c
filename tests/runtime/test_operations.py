"""Whether a model's output is a probability, whatever was done with it after the softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.runtime.interpreter import TfliteModel
from tests import odd_models
from tests.odd_models import AFTER_SOFTMAX, colours, greenness, joined, part, sigmoid, softmax

if TYPE_CHECKING:
    from pathlib import Path

    from tests.odd_models import Tail
    from tests.tflite import ModelBuilder


def yields_probabilities(path: Path, tail: Tail) -> bool:
    model = TfliteModel(colours(path / "m.tflite", tail))
    (output,) = model.outputs.values()
    return model.yields_probabilities(output)


@pytest.mark.parametrize("name", AFTER_SOFTMAX)
def test_a_softmax_is_found_through_what_only_moves_or_casts(tmp_path: Path, name: str) -> None:
    assert yields_probabilities(tmp_path, lambda b, logits: AFTER_SOFTMAX[name](b, softmax(b, logits)))


@pytest.mark.parametrize("name", AFTER_SOFTMAX)
def test_logits_that_are_moved_or_cast_stay_logits(tmp_path: Path, name: str) -> None:
    assert not yields_probabilities(tmp_path, AFTER_SOFTMAX[name])


def _with_a_constant(b: ModelBuilder, logits: int) -> int:
    return joined(b, [softmax(b, logits), b.constant(np.zeros((1, 1), np.float32))], 4)


def _two_heads(b: ModelBuilder, logits: int) -> int:
    return joined(b, [softmax(b, logits), sigmoid(b, greenness(b, logits))], 4)


def _opposite(b: ModelBuilder, logits: int) -> int:
    return odd_models.opposite(b, sigmoid(b, greenness(b, logits)))


def _both(b: ModelBuilder, logits: int) -> int:
    score = sigmoid(b, greenness(b, logits))
    return joined(b, [odd_models.opposite(b, score), score], 2)


@pytest.mark.parametrize("tail", [_with_a_constant, _two_heads, _opposite, _both])
def test_probabilities_may_be_put_together(tmp_path: Path, tail: Tail) -> None:
    assert yields_probabilities(tmp_path, tail)


def test_a_softmax_within_the_model_says_nothing_of_its_output(tmp_path: Path) -> None:
    def weighed(b: ModelBuilder, logits: int) -> int:
        return b.op("MUL", [logits, softmax(b, logits)], b.tensor((1, 3)))

    assert not yields_probabilities(tmp_path, weighed)
    assert not yields_probabilities(tmp_path, lambda b, logits: part(b, logits, 0, 2))
