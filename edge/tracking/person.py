"""A person on the way through the tracker: how people are followed, what was seen of one, what is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from edge.tracking.evidence import EvidenceParameters
from edge.tracking.smoothing import SmoothingParameters
from edge.tracking.visibility import VisibilityParameters

if TYPE_CHECKING:
    from edge.tracking.geometry import Columns, Extent
    from edge.types import Box, FloatArray

PERSON_SCORE = 0.2
"""From this score on a keypoint counts for where a person is."""


@dataclass(frozen=True, slots=True)
class PeopleParameters:
    """How people are followed.

    ``max_gap_s``: how long a person may be unseen and still be the same. ``smoothing`` None: places and scores are as
    the model gives them. A person enters with a mean score of ``enter_score`` and is left below ``exit_score``, and is
    believed by ``evidence``; of more than ``most`` people the best are followed.
    """

    max_gap_s: float = 1.0
    smoothing: SmoothingParameters | None = field(default_factory=SmoothingParameters)
    visibility: VisibilityParameters = field(default_factory=VisibilityParameters)
    enter_score: float = 0.0
    exit_score: float = 0.0
    evidence: EvidenceParameters = field(default_factory=EvidenceParameters)
    most: int = 6


class TrackedPerson(NamedTuple):
    """A person as it is shown (a named tuple: one is made of every frame).

    ``keypoints`` is ``(17, 3) float32`` y, x, score, smoothed; ``columns`` are the same numbers, ``score`` their mean
    score, ``reach`` the extent of those with a score, ``box`` the same within the picture; ``seen`` says which of them
    are there; ``pace_px_s`` is how fast the fastest of those moves. ``number`` is which of the people seen it is.
    ``key`` is the person's from the first sight on, before there is an ``id``.
    """

    id: int
    score: float
    keypoints: FloatArray
    columns: Columns
    reach: Extent
    box: Box
    seen: tuple[bool, ...]
    pace_px_s: float
    number: int
    key: int


class Found(NamedTuple):
    """What was seen of one person.

    That is ``(17, 3)`` keypoints, the same as columns, their mean score, how sure they are, and which one it was.
    ``quantum_px`` is the step in which the model tells places, ``sought`` the key of whom it was looked for, or 0.
    """

    keypoints: FloatArray
    columns: Columns
    score: float
    sure: float
    number: int
    quantum_px: float = 0.0
    sought: int = 0
