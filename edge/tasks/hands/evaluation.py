"""How good hands is where landmarks are known: MNAE, and how many hands are found.

MNAE is the mean absolute error over the size of the palm, which is the distance from the wrist to the joint of the
middle finger next to it (MCP), as MediaPipe's model card of its hands has it.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from edge.tasks.common.evaluation.landmark_error import Target, error_figures, errors, labelled_places
from edge.tasks.common.evaluation.mode import Keypoints, Mode
from edge.tasks.hands.landmarks import MIDDLE_MCP, NAMES, WRIST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from edge.tasks.common.evaluation.entry import Annotation, Entry
    from edge.tasks.common.evaluation.mode import Media, Truths
    from edge.tasks.hands.result import HandsResult
    from edge.types import Result

    Targets = Sequence[Target]

MEDIA: Media = "pictures"

_ROWS = {name: row for row, name in enumerate(NAMES)}
_KEYS = {"max_hands": 8, "gestures": False, "max_rate_hz": 0.0}
_PASSES = 5


def truth(entry: Entry) -> Targets:
    """The hands of a picture of which something is labelled."""
    return [_target(one) for one in entry.annotations if one.labelled.any()]


def judge(result: Result, targets: Targets) -> tuple[float | None, ...]:
    """The error of each hand in a result, in palms."""
    own = cast("HandsResult", result)
    size = np.array((own.frame.width, own.frame.height), np.float32)
    return errors(targets, [hand.keypoints[:, :2] * size for hand in own.hands])


_FIGURES = partial(error_figures, "MNAE", of="hands")

MODES = (
    Mode("reacquisition", judge, _FIGURES, _KEYS),
    Mode("tracking", judge, _FIGURES, _KEYS, still=False, passes=_PASSES),
)


def _target(one: Annotation) -> Target:
    """A hand.

    Raises:
        ValueError: keypoints are none of a hand, or the size of its palm is not known.
    """
    rows, places = labelled_places(one, _ROWS)
    ends = dict(zip(rows.tolist(), places, strict=True))
    if WRIST not in ends or MIDDLE_MCP not in ends:
        raise ValueError(f"has no {NAMES[WRIST]} or {NAMES[MIDDLE_MCP]}, which measure the palm")
    return Target(rows, places, math.dist(ends[WRIST], ends[MIDDLE_MCP]))


def _check(one: Annotation) -> None:
    if one.labelled.any():
        _target(one)


TRUTHS: Truths = Keypoints(_check)
