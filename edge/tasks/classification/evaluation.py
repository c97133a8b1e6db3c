"""How good classification is on labelled pictures: top-1 and top-5 accuracy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from edge.tasks.common.evaluation.labels import label_of, place, top_figures
from edge.tasks.common.evaluation.mode import Mode

if TYPE_CHECKING:
    from edge.tasks.common.evaluation.mode import Media, Truths

TRUTHS: Truths = "labels"
MEDIA: Media = "pictures"
_KEYS = {"max_results": -1, "score_threshold": 0.0, "max_rate_hz": 0.0, "allow": [], "deny": []}
MODES = (Mode("picture", place, partial(top_figures, of="pictures"), _KEYS),)

truth = label_of
