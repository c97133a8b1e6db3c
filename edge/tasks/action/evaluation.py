"""How good action is on labelled clips: top-1 and top-5 accuracy, and whether the right label has settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.tasks.common.evaluation.figure import mean_figure
from edge.tasks.common.evaluation.labels import Place, label_of, place, top_figures
from edge.tasks.common.evaluation.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tasks.common.evaluation.figure import Figure
    from edge.tasks.common.evaluation.mode import Media, Truths

TRUTHS: Truths = "labels"
MEDIA: Media = "clips"
_KEYS = {"max_results": -1, "score_threshold": 0.0, "gate": "always", "allow": [], "deny": []}


def figures(places: Sequence[Place]) -> tuple[Figure, ...]:
    """Of the last result of each clip, when the model has seen all of it."""
    settled = mean_figure("settled", [float(one.is_settled) for one in places], "clips")
    return (*top_figures(places, "clips"), settled)


MODES = (Mode("clip", place, figures, _KEYS, still=False),)

truth = label_of
