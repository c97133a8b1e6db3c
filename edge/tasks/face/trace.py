"""What a trace holds of face: meshes as the model saw them. A mesh says where a face was, and how it moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from edge.base.json_fields import get, get_number
from edge.base.packing import pack_floats, unpack_floats
from edge.tasks.face.mesh import POINTS, REFINED_POINTS
from edge.tasks.face.observer import FaceTraits, SeenFaces

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from edge.base.json_fields import Line
    from edge.tasks.common.tracing import Observed, SideInputCodec, TracedTask

AFTER_MODEL = frozenset({"enabled", "max_faces", "publish", "max_rate_hz"})
HOLDS_PICTURES = False
SIDE_INPUTS: Mapping[str, SideInputCodec] = {}
_MOST_FACES = 64


def traits_line(traits: FaceTraits) -> Line:
    """What the header says of the model."""
    return {"points": traits.points}


def traits_from(line: Line) -> FaceTraits:
    """The same from a header; raises ``ValueError`` where it is none."""
    points = get_number(line, "points")
    if points not in {POINTS, REFINED_POINTS}:
        raise ValueError(f"'points' is neither {POINTS} nor {REFINED_POINTS}")
    return FaceTraits(int(points))


def observed_line(observed: Observed[SeenFaces]) -> Line:
    """What a line says of an observation, beside what all have."""
    seen = observed.observation.values
    return {"meshes": pack_floats(seen.meshes), "scores": pack_floats(seen.scores)}


def observed_from(line: Line, task: TracedTask[FaceTraits]) -> tuple[SeenFaces, None]:
    """Faces from a line; raises ``ValueError`` where they are none."""
    size = task.traits.points * 3
    meshes = unpack_floats(get(line, "meshes", str), _MOST_FACES * size)
    scores = unpack_floats(get(line, "scores", str), _MOST_FACES)
    if meshes.size != scores.size * size:
        raise ValueError(f"'meshes' does not hold {task.traits.points} points for each of 'scores'")
    if not (np.isfinite(meshes).all() and np.isfinite(scores).all()):
        raise ValueError("'meshes' or 'scores' hold what is no real number")
    return SeenFaces(meshes.reshape(-1, task.traits.points, 3), scores), None


def details_from(_line: Line) -> tuple[object, ...]:
    """Meshes are all that is said."""
    return ()


def notes(changed: Collection[str]) -> Iterator[str]:
    """What a replay with such changes cannot know."""
    if "face.max_faces" in changed:
        yield "face: nobody was looked for beyond the recorded max_faces"
