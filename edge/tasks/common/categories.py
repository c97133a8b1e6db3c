"""From a model's raw class scores to categories: probabilities, allow and deny lists, the best few."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING

import numpy as np

from edge.errors import ModelOutputError
from edge.types import Category

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from edge.runtime.labels import Labels
    from edge.runtime.model import Model, Tensor
    from edge.types import FloatArray

_SHOWN = 5

_log = logging.getLogger(__name__)


class ScoreReader:
    """Reads a classifier's output as probabilities ``(classes,) float32``, whatever the tensor's type.

    Quantised values are made real; logits go through a softmax. Which of the two a model yields is decided once, from
    its description. A single output, Keras' way for two classes, is the probability of the second of them (its logit
    goes through a sigmoid), and what is left over that of the first.
    """

    def __init__(self, model: Model, output: Tensor) -> None:
        self._model = model
        self._output = output
        self._are_logits = not model.yields_probabilities(output)
        size = math.prod(output.shape)
        self._is_single = size == 1
        self.classes: int = 2 if self._is_single else size

    @staticmethod
    def suits(output: Tensor) -> bool:
        """Whether an output is a vector of class scores: of length 1 in every direction but one.

        A single whole number is no score but the index of a class, as ARG_MAX gives it.
        """
        is_vector = max(output.shape, default=1) == math.prod(output.shape) > 0
        return is_vector and (math.prod(output.shape) > 1 or output.dtype.kind == "f" or output.is_quantized)

    def read(self) -> FloatArray:
        """The probabilities of the last ``invoke()``.

        Raises:
            ModelOutputError: one of them is no number.
        """
        scores = self._output.real(self._model.view(self._output)).reshape(-1)
        if self._is_single:
            scores = np.concatenate([np.zeros_like(scores) if self._are_logits else 1 - scores, scores])
        # A logit of minus infinity is a class that is ruled out; argmax finds NaN first.
        if not np.isfinite(scores[scores.argmax()] if self._are_logits else scores).all():
            raise not_a_number(self._model)
        return softmax(scores) if self._are_logits else scores


def not_a_number(model: Model) -> ModelOutputError:
    """The error of a model whose answer is none."""
    return ModelOutputError(
        f"{model.path}: the model's answer is not a number (NaN or infinite); "
        "check how its input is scaled, or use another export of it"
    )


def softmax(logits: FloatArray) -> FloatArray:
    """Probabilities of ``(n,) float32`` logits; safe for large values."""
    scores: FloatArray = np.exp(logits - logits.max())
    scores /= scores.sum()
    return scores


class CategorySelector:
    """Picks the best categories from a vector of scores, honouring allow and deny lists.

    Names in the lists that the model does not know are ignored with a warning.
    """

    def __init__(
        self,
        labels: Labels,
        *,
        max_results: int,
        score_threshold: float = 0.0,
        allow: Sequence[str] = (),
        deny: Sequence[str] = (),
    ) -> None:
        self.labels = labels
        count = len(labels.category_names)
        self._limit = count if max_results < 0 else min(max_results, count)
        self._threshold = score_threshold
        self._hidden = _hidden(labels, allow, deny)

    def visible(self, scores: FloatArray) -> FloatArray:
        """The scores with 0 for every category that the lists rule out."""
        return scores if self._hidden is None else np.where(self._hidden, np.float32(0), scores)

    def select(self, scores: FloatArray) -> tuple[Category, ...]:
        """At most ``max_results`` categories with a score of at least the threshold, best first.

        Of equal scores, which int8 models have many of, the lower index comes first: which of them a partition puts
        first is another matter in another release of numpy.
        """
        candidates = scores if self._hidden is None else np.where(self._hidden, np.float32(-1), scores)
        if self._limit < candidates.size:
            least = np.partition(candidates, -self._limit)[-self._limit]
            best = np.flatnonzero(candidates >= least)
            best = best[np.argsort(-candidates[best], kind="stable")][: self._limit]
        else:
            best = np.argsort(-candidates, kind="stable")
        floor = max(self._threshold, 0.0)
        names, display = self.labels.category_names, self.labels.display_names
        return tuple(
            Category(index=i, score=score, category_name=names[i], display_name=display[i])
            for i, score in zip(best.tolist(), candidates[best].tolist(), strict=True)
            if score >= floor
        )


def _hidden(labels: Labels, allow: Sequence[str], deny: Sequence[str]) -> NDArray[np.bool_] | None:
    """True for every category that must not appear; None when all may."""
    if not allow and not deny:
        return None
    known = set(labels.category_names)
    unknown = [name for name in (*allow, *deny) if name not in known]
    if unknown:
        shown = ", ".join(map(repr, unknown[:_SHOWN])) + (" ..." if len(unknown) > _SHOWN else "")
        _log.warning(
            "%d of the allow or deny list are none of the model's %d categories and are ignored: %s",
            len(unknown),
            len(known),
            shown,
        )
    listed = np.isin(np.array(labels.category_names), np.array([*allow, *deny]))
    return ~listed if allow else listed
