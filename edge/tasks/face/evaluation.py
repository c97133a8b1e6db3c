"""How good face is where points are known: IOD-MAE, and how many faces are found.

IOD-MAE is the mean absolute error over the interocular distance, that of the centres of the eyes, each the middle
between its corners, as MediaPipe's model cards of its face mesh have it. ``reacquisition``: each picture for itself,
detector first. ``tracking``: one picture shown several times, each region from the points of the pass before.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from edge.tasks.common.evaluation.landmark_error import Target, error_figures, errors, labelled_places
from edge.tasks.common.evaluation.mode import Keypoints, Mode
from edge.tasks.face.mesh import REFINED_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from edge.tasks.common.evaluation.entry import Annotation, Entry
    from edge.tasks.common.evaluation.mode import Media, Truths
    from edge.tasks.face.result import FaceResult
    from edge.types import Result

    Targets = Sequence[Target]

MEDIA: Media = "pictures"

RIGHT_CORNERS, LEFT_CORNERS = (33, 133), (263, 362)
"""The outer and the inner corner of each eye."""
_ROWS = {str(row): row for row in range(REFINED_POINTS)}
_KEYS = {"max_faces": 10, "max_rate_hz": 0.0}
_PASSES = 5


def truth(entry: Entry) -> Targets:
    """The faces of a picture of which something is labelled."""
    return [_target(one) for one in entry.annotations if one.labelled.any()]


def judge(result: Result, targets: Targets) -> tuple[float | None, ...]:
    """The error of each face in a result, in distances of the eyes, over the points that the model has."""
    own = cast("FaceResult", result)
    size = np.array((own.frame.width, own.frame.height), np.float32)
    meshes = [face.mesh[:, :2] * size for face in own.faces]
    return errors([one.of_the_first(_points(own)) for one in targets], meshes)


def irises_left_out(result: Result, targets: Targets) -> Iterator[str]:
    """That irises are labelled and the model has none."""
    points = _points(cast("FaceResult", result))
    if any((one.rows >= points).any() for one in targets):
        yield f"the irises are left out: the model has {points} points, of which they are none"


def _points(result: FaceResult) -> int:
    """How many a face has; what nobody has is not missed."""
    return len(result.faces[0].mesh) if result.faces else REFINED_POINTS


_FIGURES = partial(error_figures, "IOD-MAE", of="faces")

MODES = (
    Mode("reacquisition", judge, _FIGURES, _KEYS, left_out=irises_left_out),
    Mode("tracking", judge, _FIGURES, _KEYS, left_out=irises_left_out, still=False, passes=_PASSES),
)


def _target(one: Annotation) -> Target:
    """A face.

    Raises:
        ValueError: keypoints are no points of the mesh, or the distance of the eyes is not known.
    """
    rows, places = labelled_places(one, _ROWS)
    known = dict(zip(rows.tolist(), places, strict=True))
    if not {*RIGHT_CORNERS, *LEFT_CORNERS} <= known.keys():
        raise ValueError("lacks corners of the eyes (33, 133, 263, 362), which measure the face")
    right, left = (np.mean([known[corner] for corner in eye], axis=0) for eye in (RIGHT_CORNERS, LEFT_CORNERS))
    return Target(rows, places, math.dist(right, left))


def _check(one: Annotation) -> None:
    if one.labelled.any():
        _target(one)


TRUTHS: Truths = Keypoints(_check)
