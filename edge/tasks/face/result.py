"""What face finds: faces with their key points and meshes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from edge.tasks.face.mesh import KEY_POINTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge.types import Backend, Box, FloatArray, Frame


@dataclass(frozen=True, slots=True)
class Face:
    """One face. ``mesh`` is ``(468 or 478, 3) float32``: x, y, z normalised to the frame, see ``SeenFaces``.

    ``score`` is how sure it is that this is a face, ``box`` goes around the mesh.
    """

    id: int
    score: float
    box: Box
    mesh: FloatArray

    def key_points(self) -> Iterator[tuple[str, float, float]]:
        """Yield the six key points: name, x, y."""
        for name, points in KEY_POINTS.items():
            x, y, _ = np.asarray(self.mesh[list(points)].mean(axis=0)).tolist()
            yield name, x, y


@dataclass(frozen=True, slots=True)
class FaceResult:
    """The faces in one frame; ``faces`` may be empty.

    ``count`` is how many are believed to be there, without flicker, None while that is not known. ``publishes_mesh``:
    whether messages hold the meshes.
    """

    frame: Frame
    model: str
    backend: Backend
    inference_ms: float
    faces: tuple[Face, ...]
    count: int | None = None
    publishes_mesh: bool = False
    task: Literal["face"] = "face"
