"""What face's processor asks of a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from edge.tasks.common.observer import Observer
    from edge.types import FloatArray


@dataclass(frozen=True, slots=True)
class FaceTraits:
    """``points`` is how many points the mesh of a face has."""

    points: int


class SeenFaces(NamedTuple):
    """The faces in a frame.

    ``meshes`` are ``(n, points, 3) float32`` x, y, z normalised to the frame, z in the scale of x and smaller towards
    the camera; ``scores`` are ``(n,) float32``, how sure it is that each is a face.
    """

    meshes: FloatArray
    scores: FloatArray


FaceObserver: TypeAlias = "Observer[FaceTraits, SeenFaces]"
"""Finds faces and follows them."""
